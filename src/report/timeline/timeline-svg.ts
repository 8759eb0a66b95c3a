import type { DurationMs } from "#base/time.js";
import { escapeHtml } from "#report/escape-html.js";
import type { Drawing, Lane, LanePoint, Mark, Traffic } from "./drawing.js";

const WIDTH = 1160;
const LEFT = 136;
const RIGHT = 16;
const ROW = 20;
const MARKS = 24;
const CHART = 84;
const AXIS = 22;
const GAP = 14;

/** Some units: what a character takes at most. */
const CHARACTER = 6.2;

/** A time-line as one inline SVG, `name` for those who cannot see it. Its colours are the classes of `html-page.ts`; it needs nothing from elsewhere. */
export function timelineSvg(drawing: Drawing, name = "time-line"): string {
  const x = (atMs: number): number =>
    LEFT + (Math.min(Math.max(atMs, 0), drawing.tookMs) / drawing.tookMs) * (WIDTH - LEFT - RIGHT);
  const parts: string[] = [];
  let y = MARKS;
  for (const lane of drawing.lanes) {
    parts.push(laneSvg(lane, x, y));
    y += ROW;
  }
  const lanesEnd = y;
  if (drawing.traffic !== null) {
    parts.push(requestsSvg(drawing.traffic, x, y + GAP));
    y += GAP + CHART;
    parts.push(latencySvg(drawing.traffic, x, y + GAP));
    y += GAP + CHART;
  }
  const height = y + AXIS;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(name)}">`,
    axisSvg(drawing.tookMs, x, y),
    // Under the bars, over the grid: a save is where its consequences begin.
    ...marksSvg(drawing.marks, x, lanesEnd),
    ...parts,
    "</svg>",
  ].join("\n");
}

type Scale = (atMs: number) => number;

function laneSvg(lane: Lane, x: Scale, y: number): string {
  const name = `<text class="name" x="${LEFT - 8}" y="${y + 14}">${laneName(lane.name)}</text>`;
  const spans = lane.spans.map((span) => {
    const from = x(span.fromMs);
    const width = Math.max(2, x(span.toMs) - from);
    const label = escapeHtml(span.label);
    const bar =
      `<rect class="${span.tone}" x="${px(from)}" y="${y + 3}" width="${px(width)}" ` +
      `height="${ROW - 6}" rx="2"><title>${label}</title></rect>`;
    // A label that does not fit is in the tooltip only.
    const fits = span.label.length * CHARACTER + 6 < width;
    if (!fits) return bar;
    return `${bar}<text class="label on-${span.tone}" x="${px(from + 4)}" y="${y + 14}">${label}</text>`;
  });
  const points = (lane.points ?? []).map((point) => pointSvg(point, x, y + ROW / 2));
  return [name, ...spans, ...points].join("\n");
}

/** One that is too long for its place is cut; whole in the tooltip. */
function laneName(name: string): string {
  const most = Math.floor((LEFT - 12) / CHARACTER);
  const shown = name.length <= most ? name : `${name.slice(0, most - 1)}…`;
  return `${escapeHtml(shown)}<title>${escapeHtml(name)}</title>`;
}

function pointSvg({ atMs, shape, label, tone }: LanePoint, x: Scale, middle: number): string {
  const at = px(x(atMs));
  const paths = {
    circle: `M${at} ${middle - 4} a4 4 0 1 0 0.01 0 z`,
    cross: `M${px(x(atMs) - 4)} ${middle - 4} l8 8 m0 -8 l-8 8`,
    triangle: `M${at} ${middle - 5} l5 9 h-10 z`,
    bar: `M${at} ${middle - 7} v14`,
  };
  return `<path class="point ${tone}" d="${paths[shape]}"><title>${escapeHtml(label)}</title></path>`;
}

/** What a mark is stands beside it where there is room until the next one. */
function marksSvg(marks: readonly Mark[], x: Scale, bottom: number): readonly string[] {
  const inOrder = [...marks].sort((one, other) => one.atMs - other.atMs);
  return inOrder.map((mark, index) => {
    const next = inOrder[index + 1];
    const room = (next === undefined ? WIDTH : x(next.atMs) - 6) - x(mark.atMs);
    const fits = mark.label.length * CHARACTER + 10 < room;
    return markSvg(mark, x(mark.atMs), { bottom, fits });
  });
}

function markSvg(
  { label, tone }: Mark,
  x: number,
  { bottom, fits }: { readonly bottom: number; readonly fits: boolean },
): string {
  const [at, words] = [px(x), escapeHtml(label)];
  const text = fits ? `<text class="faint" x="${px(x + 8)}" y="${MARKS - 8}">${words}</text>` : "";
  return (
    `<g class="mark ${tone}"><title>${words}</title><line x1="${at}" y1="${MARKS - 8}" x2="${at}" y2="${bottom}"/>` +
    `<path d="M${at} ${MARKS - 6} l-5 -9 h10 z"/>${text}</g>`
  );
}

function requestsSvg(traffic: Traffic, x: Scale, top: number): string {
  const perSecond = (count: number): number => (count * 1_000) / traffic.sliceMs;
  const highest = Math.max(
    1,
    ...traffic.succeeded.map(perSecond),
    ...traffic.failed.map(perSecond),
  );
  const bottom = top + CHART;
  const width = px(Math.max(2, x(traffic.sliceMs) - x(0) - 0.5));
  const failed = traffic.failed
    .map((count, slice) => ({ count, at: slice * traffic.sliceMs }))
    .filter(({ count }) => count > 0)
    .map(({ count, at }) => {
      const height = Math.max(4, (perSecond(count) / highest) * CHART);
      return (
        `<rect class="bad" x="${px(x(at))}" y="${px(bottom - height)}" width="${width}" ` +
        `height="${px(height)}"><title>${count} failed</title></rect>`
      );
    });
  return [
    chartName("requests/s", `${Math.round(highest)}`, top),
    `<path class="area" d="${area(traffic.succeeded.map(perSecond), traffic, highest, x, bottom)}"/>`,
    ...failed,
  ].join("\n");
}

function latencySvg(traffic: Traffic, x: Scale, top: number): string {
  const highest = Math.max(1, ...traffic.latencyMaxMs);
  return [
    chartName("slowest", `${Math.round(highest)} ms`, top),
    `<path class="latency" d="${area(traffic.latencyMaxMs, traffic, highest, x, top + CHART)}"/>`,
  ].join("\n");
}

function chartName(name: string, highest: string, top: number): string {
  return (
    `<text class="name" x="${LEFT - 8}" y="${top + CHART - 4}">${name}</text>` +
    `<text class="name faint" x="${LEFT - 8}" y="${top + 10}">${highest}</text>`
  );
}

function area(
  values: readonly number[],
  { sliceMs }: Traffic,
  highest: number,
  x: Scale,
  bottom: number,
): string {
  const points = values.flatMap((value, slice) => {
    const y = px(bottom - (value / highest) * CHART);
    return [`${px(x(slice * sliceMs))} ${y}`, `${px(x((slice + 1) * sliceMs))} ${y}`];
  });
  const end = px(x(values.length * sliceMs));
  return `M${px(x(0))} ${bottom} L${points.join(" L")} L${end} ${bottom} Z`;
}

function axisSvg(tookMs: DurationMs, x: Scale, bottom: number): string {
  const everyMs = STEPS_MS.find((step) => tookMs / step <= 12) ?? 60_000;
  const ticks: string[] = [];
  for (let at = 0; at <= tookMs; at += everyMs) {
    const tick = px(x(at));
    ticks.push(
      `<line class="grid" x1="${tick}" y1="${MARKS}" x2="${tick}" y2="${bottom}"/>` +
        `<text class="tick" x="${tick}" y="${bottom + 15}">${at / 1_000} s</text>`,
    );
  }
  return ticks.join("\n");
}

const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

const px = (value: number): string => value.toFixed(1);
