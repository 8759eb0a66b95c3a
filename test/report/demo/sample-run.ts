import type { Artifact } from "#model/generation.js";
import type { Notice } from "#model/notice.js";
import type { DemoRun, DemoStep, TimedNotice } from "#report/demo/demo-run.js";

const artifact = (id: string): Artifact => ({ id, content: null });

/** A small run with one of everything: a good edit, a failed build, a candidate that never served, an overtaken build. */
export function sampleRun(change: Partial<DemoRun> = {}): DemoRun {
  return {
    service: "go-shop, Go 1.26",
    machine: "2 cores",
    tookMs: 10_000,
    steps: [
      step("edit 1", 1_000, { servingMs: 820, swapMs: 12 }),
      step("compile <error>", 3_000, { meant: "not-serve", outcome: "build failed" }),
      step("crash at start", 5_000, { meant: "not-serve", outcome: "rejected" }),
      step("edit 2", 7_000, { servingMs: 640, swapMs: 11 }),
    ],
    notices: notices(),
    requests: 12_345,
    failed: 0,
    failures: [],
    backwards: 0,
    longestGapMs: 14,
    traffic: {
      sliceMs: 500,
      succeeded: Array.from({ length: 20 }, (_, i) => 600 + (i % 3) * 10),
      failed: Array.from({ length: 20 }, () => 0),
      latencyMaxMs: Array.from({ length: 20 }, (_, i) => 4 + (i % 5)),
    },
    rssBytes: 52 * 2 ** 20,
    ...change,
  };
}

function step(name: string, atMs: number, change: Partial<DemoStep>): DemoStep {
  return {
    name,
    atMs,
    savedMs: atMs,
    meant: "serve",
    outcome: "served",
    servingMs: null,
    swapMs: null,
    requests: 2_000,
    failed: 0,
    ...change,
  };
}

function notices(): TimedNotice[] {
  const at = (atMs: number, notice: Notice): TimedNotice => ({ atMs, notice });
  const started = (generation: number): Notice => ({
    kind: "generation-started",
    generation,
    artifact: artifact(`a${generation}`),
    purpose: "update",
  });
  const promoted = (generation: number, previous: number | null, swapMs: number): Notice => ({
    kind: "promoted",
    generation,
    previous,
    artifact: artifact(`a${generation}`),
    swapMs,
    changeMs: null,
    timing: null,
  });
  const timed = (generation: number, buildMs: number): Notice => ({
    kind: "update-timed",
    generation,
    timing: { noticeMs: 3, buildMs, startMs: 5, readyMs: 6, switchMs: 0.1 },
  });
  const drained = (generation: number): Notice => ({
    kind: "drain-ended",
    generation,
    tookMs: 900,
    killed: false,
  });
  return [
    at(-2_000, started(1)),
    at(-1_900, promoted(1, null, 100)),
    at(1_005, { kind: "build-started", build: 2, content: "c2" }),
    at(1_800, { kind: "build-succeeded", build: 2, artifact: artifact("a2"), tookMs: 795 }),
    at(1_801, started(2)),
    at(1_813, promoted(2, 1, 12)),
    at(1_813, timed(2, 600.06)),
    at(2_700, drained(1)),
    at(3_005, { kind: "build-started", build: 3, content: "c3" }),
    at(3_300, {
      kind: "build-failed",
      build: 3,
      failure: { kind: "timeout", output: "" },
      tookMs: 295,
    }),
    at(5_005, { kind: "build-started", build: 4, content: "c4" }),
    at(5_600, { kind: "build-succeeded", build: 4, artifact: artifact("a4"), tookMs: 595 }),
    at(5_601, started(3)),
    at(5_650, {
      kind: "candidate-failed",
      generation: 3,
      artifact: artifact("a4"),
      why: { kind: "exited", exit: { kind: "code", code: 2 } },
    }),
    at(7_005, { kind: "build-started", build: 5, content: "c5" }),
    at(7_100, { kind: "build-cancelled", build: 5, tookMs: 95 }),
    at(7_101, { kind: "build-started", build: 6, content: "c6" }),
    at(7_620, { kind: "build-succeeded", build: 6, artifact: artifact("a6"), tookMs: 519 }),
    at(7_621, started(4)),
    at(7_632, promoted(4, 2, 11)),
    at(7_632, timed(4, 900)),
  ];
}
