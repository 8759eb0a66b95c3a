import { assert } from "#base/assert.js";
import type { LabPoint, LabTimeline, LabTone, LabTraffic, Measure } from "#model/lab/lab-report.js";
import { rounded, spreadOf, upper95 } from "./judge/statistics.js";
import type { MeasureText } from "./scenario.js";

/** Where an arm writes down what it has measured and what happened. */
export interface Recorder {
  /** `of`: out of how many. Without it the number stands alone. */
  count(key: string, value: number, of?: number): void;
  spread(key: string, values: readonly number[]): void;
  text(key: string, value: string): void;
  /** A moment of which more follows: a save, a signal. */
  mark(label: string, atMs?: number): void;
  /** A stretch of a lane; instants by the bench's clock. */
  span(lane: string, fromMs: number, toMs: number, label: string, tone: LabTone): void;
  point(lane: string, kind: LabPoint["kind"], label: string, atMs?: number): void;
  /** What clients saw from that instant on. */
  traffic(beganMs: number, traffic: LabTraffic): void;
}

export interface Recording {
  readonly recorder: Recorder;
  measures(): Readonly<Record<string, Measure>>;
  timeline(): LabTimeline;
}

type Lane = {
  readonly spans: LabTimeline["lanes"][number]["spans"][number][];
  readonly points: LabPoint[];
};

/** A point-by-point record of a fast loop tells a reader no more than its beginning. */
const POINTS_MAX = 400;

export function newRecording(
  texts: Readonly<Record<string, MeasureText>>,
  nowMs: () => number,
): Recording {
  const beganMs = nowMs();
  const measures: Record<string, Measure> = {};
  const marks: { atMs: number; label: string }[] = [];
  const lanes = new Map<string, Lane>();
  let traffic: LabTraffic | null = null;
  const textOf = (key: string): MeasureText => {
    const text = texts[key];
    assert(text !== undefined, `the measure ${key} is not declared`);
    return text;
  };
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? { spans: [], points: [] };
    lanes.set(name, lane);
    return lane;
  };
  const recorder: Recorder = {
    count(key, value, of) {
      const upper = of !== undefined && of > 0 && value === 0 ? rounded(upper95(of)) : null;
      const figures = { value: rounded(value), n: of ?? null, upper95: upper };
      measures[key] = { kind: "count", ...textOf(key), ...figures };
    },
    spread(key, values) {
      if (values.length > 0)
        measures[key] = { kind: "spread", ...textOf(key), ...spreadOf(values) };
    },
    text(key, value) {
      measures[key] = { kind: "text", about: textOf(key).about, value };
    },
    mark: (label, atMs = nowMs()) => marks.push({ atMs: atMs - beganMs, label }),
    span(lane, fromMs, toMs, label, tone) {
      laneOf(lane).spans.push({ fromMs: fromMs - beganMs, toMs: toMs - beganMs, label, tone });
    },
    point(lane, kind, label, atMs = nowMs()) {
      const { points } = laneOf(lane);
      if (points.length < POINTS_MAX) points.push({ atMs: atMs - beganMs, kind, label });
    },
    traffic(from, seen) {
      traffic = shifted(seen, from - beganMs);
    },
  };
  return {
    recorder,
    measures: () => ({ ...measures }),
    timeline: () => ({
      tookMs: Math.round(nowMs() - beganMs),
      marks: [...marks],
      lanes: [...lanes].map(([name, lane]) => ({ name, ...lane })),
      traffic,
    }),
  };
}

/** The clients began later than the arm: empty slices stand for the time before. */
function shifted(traffic: LabTraffic, byMs: number): LabTraffic {
  const empty = Array.from({ length: Math.max(0, Math.round(byMs / traffic.sliceMs)) }, () => 0);
  return {
    sliceMs: traffic.sliceMs,
    succeeded: [...empty, ...traffic.succeeded],
    failed: [...empty, ...traffic.failed],
    latencyMaxMs: [...empty, ...traffic.latencyMaxMs],
  };
}
