import type { ViewerData, ViewerLane } from "#report/life/lanes/viewer-data.js";

/** A stretch or an instant of a lane. Of an instant both ends are the same. */
export interface Item {
  readonly fromUs: number;
  readonly toUs: number;
  readonly text: string;
}

/** The first stretch that could end at or after `atUs`: those before it are all over. */
export function firstEnding({ spans }: ViewerLane, atUs: number): number {
  // Stretches of a lane are in order of their begin and hardly overlap, so that their ends are nearly in order.
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) < atUs) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 8);
}

/** What is there at this instant, give or take: the nearest point, or else the latest stretch around it. */
export function itemAt(
  lane: ViewerLane,
  atUs: number,
  slackUs: number,
  { texts }: Pick<ViewerData, "texts">,
): Item | null {
  const point = nearestPoint(lane, atUs);
  if (point !== null && Math.abs(point[0] - atUs) <= slackUs) {
    const [at] = point;
    const first = firstPoint(lane.points, at);
    const same = lane.points.slice(first, first + SAME_MAX).filter(([one]) => one === at);
    return { fromUs: at, toUs: at, text: same.map(([, , text]) => texts[text] ?? "").join("\n") };
  }
  let found: Item | null = null;
  for (let index = firstEnding(lane, atUs - slackUs); index < lane.spans.length; index += 1) {
    const [fromUs, toUs, , text] = lane.spans[index] as ViewerLane["spans"][number];
    if (fromUs > atUs + slackUs) break;
    if (toUs >= atUs - slackUs) found = { fromUs, toUs, text: texts[text] ?? "" };
  }
  return found;
}

/** So many things of one instant are told. */
const SAME_MAX = 8;

function nearestPoint({ points }: ViewerLane, atUs: number): ViewerLane["points"][number] | null {
  const after = firstPoint(points, atUs);
  const [before, next] = [points[after - 1], points[after]];
  if (before === undefined || next === undefined) return before ?? next ?? null;
  return atUs - before[0] <= next[0] - atUs ? before : next;
}

/** The first point at or after this instant. */
function firstPoint(points: ViewerLane["points"], atUs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When something begins in this lane, next after `atUs` or last before it. null: nothing does any more. */
export function neighbour(lane: ViewerLane, atUs: number, direction: 1 | -1): number | null {
  const begins = [...lane.spans, ...lane.points].map(([fromUs]) => fromUs);
  const beyond = begins.filter((one) => (one - atUs) * direction > 0);
  if (beyond.length === 0) return null;
  return beyond.reduce((best, one) => ((best - one) * direction > 0 ? one : best));
}
