/** A short life with a bit of everything, and names that try to break out of a page. */
import type { LifeEvent } from "#model/life/life-event.js";
import type { LifeReport } from "#model/life/life-report.js";
import { spansOf } from "#simulate/life/spans-of.js";

const at = (seconds: number): number => seconds * 1_000_000;
const pod = "shop-0";
const container = "api";

export const events: readonly LifeEvent[] = [
  {
    t: at(2),
    src: "kubelet",
    pod,
    container,
    ev: "started",
    data: { restartCount: 0, message: "Started" },
  },
  {
    t: at(2),
    src: "gen",
    pod,
    container,
    gen: 1,
    ev: "genStart",
    data: { content: "c0", why: "first" },
  },
  probe(4, "failure", "Readiness probe failed: connection refused"),
  { t: at(5), src: "gen", pod, container, gen: 1, ev: "genReady", data: { content: "c0" } },
  probe(6, "success", ""),
  { t: at(6), src: "kubelet", pod, ev: "ready", data: { restartCount: 0 } },
  { t: at(6), src: "kubelet", pod, ev: "endpointReady", data: { seenAt: at(7) } },
  { t: at(20), src: "tool", pod, ev: "save", data: { content: "c1", outcome: "ok" } },
  { t: at(20), src: "tool", pod, container, ev: "buildStart", data: { build: 1, content: "c1" } },
  {
    t: at(23),
    src: "tool",
    pod,
    container,
    ev: "buildEnd",
    data: { build: 1, content: "c1", result: "ok" },
  },
  {
    ...{ t: at(24), src: "client", pod, container, ev: "refusedSegment" },
    data: { fromUs: at(23), untilUs: at(24), kind: "refused", requests: 100, cause: "swap" },
  },
  probe(25, "failure", 'Readiness probe failed: <script>alert("1")</script>'),
  {
    ...{ t: at(26), src: "kubelet", pod, container, ev: "killing" },
    data: { reason: "liveness", message: "Container api failed liveness probe", graceS: 30 },
  },
  {
    t: at(27),
    src: "kubelet",
    pod,
    container,
    ev: "exited",
    data: { exitCode: 137, reason: "Error" },
  },
  backOff(27),
  backOff(30),
];

function probe(seconds: number, result: "success" | "failure", message: string): LifeEvent {
  return {
    ...{ t: at(seconds), src: "kubelet", pod, container, ev: "probe" },
    data: { probe: "readiness", result, counted: true, ageUs: 0, run: 1, message, cause: null },
  };
}

function backOff(seconds: number): LifeEvent {
  const data = { reason: "BackOff", message: "Back-off restarting", delayUs: at(10) };
  return { t: at(seconds), src: "kubelet", pod, container, ev: "backoff", data };
}

export function someLife(parts: Partial<LifeReport> = {}): LifeReport {
  const durationUs = at(40);
  const point = { kind: "point", phase: "expected" } as const;
  const exact = { kind: "exact" } as const;
  return {
    title: 'Deployment shop/<script>alert("2")</script>',
    tool: "air ≥1.65.2",
    kubernetes: "1.36",
    runtime: "containerd",
    seed: 1,
    durationUs,
    inputs: [{ name: "build", value: "3s | <b>", source: "--timing" }],
    missing: [{ input: "rss", unsaid: "whether two generations fit" }],
    drawn: "expected",
    events,
    spans: spansOf(events, durationUs),
    totals: {
      requests: { ok: 1700, refused: 100, reset: 0, eof: 0, timeout: 0, serverError: 0 },
      requestsOrigin: exact,
      kills: { value: 0.38, origin: exact },
      firstKill: { share: 0.38, interval: { fromUs: at(26), toUs: at(30) }, origin: exact },
      restarts: { value: 0, origin: exact },
      notReadyUs: { value: at(14), origin: point },
      downUs: { value: at(1), origin: point },
      saves: 1,
      buildsStarted: 1,
      buildsCompleted: 1,
      saveToServingUs: { p50: at(4.25), max: at(4.25) },
      peakGenerations: 1,
      peakMemoryBytes: null,
    },
    hazards: [
      {
        kind: "kill",
        rule: "K15",
        check: "HP203",
        pod,
        container,
        likelihood: { share: 0.38, interval: { fromUs: at(26), toUs: at(30) }, origin: exact },
        text: "the liveness probe kills the container",
      },
    ],
    ...parts,
  };
}
