import type { DurationMs } from "#base/time.js";
import type { ArmResult, LabPoint, ScenarioResult } from "#model/lab/lab-report.js";
import type { Drawing, LanePoint } from "#report/timeline/drawing.js";

/**
 * An arm as a picture. The arms of a scenario have one axis, so that they can be compared; only those that took less than a tenth of the
 * others have one of their own, for nothing could be seen of them.
 */
export function labDrawing(scenario: ScenarioResult, { timeline }: ArmResult): Drawing {
  const all = scenario.arms.map((arm) => arm.timeline.tookMs);
  return {
    tookMs: axisMs(all, timeline.tookMs),
    marks: timeline.marks.map((mark) => ({ ...mark, tone: "quiet" })),
    lanes: timeline.lanes.map(({ name, spans, points }) => ({
      ...{ name, spans },
      points: points.map(pointOf),
    })),
    traffic: timeline.traffic,
  };
}

/** Whether its axis is not that of the longest arm. */
export function hasOwnAxis(scenario: ScenarioResult, arm: ArmResult): boolean {
  const longest = Math.max(...scenario.arms.map(({ timeline }) => timeline.tookMs));
  return labDrawing(scenario, arm).tookMs < longest;
}

/** The longest of those among which this one can still be seen. */
function axisMs(all: readonly DurationMs[], tookMs: DurationMs): DurationMs {
  const longest = Math.max(1, ...all);
  if (tookMs * SHORT >= longest) return longest;
  return axisMs(
    all.filter((one) => one * SHORT < longest),
    tookMs,
  );
}
const SHORT = 10;

/** There is something to draw. */
export function isDrawn({ timeline }: ArmResult): boolean {
  return timeline.lanes.length > 0 || timeline.traffic !== null || timeline.marks.length > 0;
}

const SHAPES = {
  pass: { shape: "circle", tone: "good" },
  fail: { shape: "cross", tone: "bad" },
  error: { shape: "triangle", tone: "busy" },
  event: { shape: "bar", tone: "quiet" },
} as const;

function pointOf({ atMs, kind, label }: LabPoint): LanePoint {
  return { atMs, label, ...SHAPES[kind] };
}

/** What the picture shows, in order of time and in words. */
export function drawnRows({ timeline }: ArmResult): readonly (readonly string[])[] {
  const { marks, lanes } = timeline;
  const rows = [
    ...marks.map(({ atMs, label }) => ({ atMs, lane: "", words: label })),
    ...lanes.flatMap(({ name, spans, points }) => [
      ...spans.map(({ fromMs, toMs, label }) => ({
        atMs: fromMs,
        lane: name,
        words: `${label}, for ${seconds(toMs - fromMs)}`,
      })),
      ...points.map(({ atMs, kind, label }) => ({
        ...{ atMs, lane: name },
        words: kind === "event" || kind === "pass" ? label : `${kind}: ${label}`,
      })),
    ]),
  ];
  return rows
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, lane, words }) => [seconds(atMs), lane, words]);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
