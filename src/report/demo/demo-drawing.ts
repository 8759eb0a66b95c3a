import type { Notice } from "#model/notice.js";
import type { Drawing, Lane, Span } from "#report/timeline/drawing.js";
import type { DemoRun, TimedNotice } from "./demo-run.js";

/** The demo as a time-line: saves, builds, one lane for each generation, and what clients saw. */
export function demoDrawing(run: DemoRun): Drawing {
  const { notices, tookMs } = run;
  return {
    tookMs,
    marks: run.steps.map(({ savedMs, name, meant }) => ({
      atMs: savedMs,
      label: name,
      tone: meant === "serve" ? "quiet" : "bad",
    })),
    lanes: [
      { name: "build", spans: buildSpans(notices, tookMs) },
      ...generationLanes(notices, tookMs),
    ],
    traffic: run.traffic,
  };
}

function buildSpans(notices: readonly TimedNotice[], tookMs: number): Span[] {
  const begun = new Map<number, number>();
  const spans: Span[] = [];
  for (const { atMs, notice } of notices) {
    if (notice.kind === "build-started") begun.set(notice.build, atMs);
    if (
      notice.kind !== "build-succeeded" &&
      notice.kind !== "build-failed" &&
      notice.kind !== "build-cancelled"
    ) {
      continue;
    }
    spans.push({ fromMs: begun.get(notice.build) ?? 0, toMs: atMs, ...BUILD_END[notice.kind] });
    begun.delete(notice.build);
  }
  for (const fromMs of begun.values()) {
    spans.push({ fromMs, toMs: tookMs, label: "build", tone: "busy" });
  }
  return spans;
}

const BUILD_END = {
  "build-succeeded": { label: "built", tone: "busy" },
  "build-failed": { label: "build failed", tone: "bad" },
  "build-cancelled": { label: "overtaken by a newer save", tone: "quiet" },
} as const;

interface Life {
  readonly startedMs: number;
  promotedMs: number | null;
  drainMs: number | null;
  endMs: number | null;
  failed: boolean;
}

function generationLanes(notices: readonly TimedNotice[], tookMs: number): Lane[] {
  const lives = new Map<number, Life>();
  for (const { atMs, notice } of notices) tell(lives, notice, Math.max(0, atMs));
  return [...lives].map(([generation, life]) => ({
    name: `generation ${generation}`,
    spans: lifeSpans(life, tookMs),
  }));
}

function tell(lives: Map<number, Life>, notice: Notice, atMs: number): void {
  if (notice.kind === "generation-started") {
    const life = { startedMs: atMs, promotedMs: null, drainMs: null, endMs: null, failed: false };
    lives.set(notice.generation, life);
  }
  if (!("generation" in notice)) return;
  const life = lives.get(notice.generation);
  if (life === undefined) return;
  if (notice.kind === "promoted") {
    life.promotedMs = atMs;
    // From that system call on the previous one gets no new connection, whenever its drain begins.
    const previous = notice.previous === null ? undefined : lives.get(notice.previous);
    if (previous !== undefined) previous.drainMs = atMs;
  }
  if (notice.kind === "drain-ended") life.endMs = atMs;
  if (notice.kind === "candidate-failed" || notice.kind === "rolled-back") {
    life.failed = notice.kind === "candidate-failed";
    life.endMs = atMs;
  }
}

function lifeSpans(life: Life, tookMs: number): Span[] {
  const end = life.endMs ?? tookMs;
  if (life.failed || life.promotedMs === null) {
    const label = life.failed ? "never served" : "starting";
    return [{ fromMs: life.startedMs, toMs: end, label, tone: life.failed ? "bad" : "busy" }];
  }
  const drainMs = Math.min(life.drainMs ?? end, end);
  const spans: Span[] = [
    { fromMs: life.startedMs, toMs: life.promotedMs, label: "starting", tone: "busy" },
    { fromMs: life.promotedMs, toMs: drainMs, label: "serves", tone: "good" },
  ];
  if (drainMs < end) spans.push({ fromMs: drainMs, toMs: end, label: "drains", tone: "quiet" });
  return spans;
}
