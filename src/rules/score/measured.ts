import { memoryNeed } from "#rules/pod/memory-need.js";
import { preStopSeconds } from "#rules/pod/pre-stop.js";
import { startTimeOf } from "#rules/pod/start-time.js";
import { stopTimeOf } from "#rules/pod/stop-time.js";
import { failingSeconds, swapOf } from "#rules/pod/swap.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { killBounds, withdrawalUs } from "#simulate/forms/safe-bounds.js";
import type { Earned } from "./verdict-of.js";

/** 0 at `from` and below, 1 at `to` and above, a straight line between them. */
export function ramp(x: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (x - from) / (to - from)));
}

/** The lowest of the hot containers; `absent` without any. */
function lowest(workload: WorkloadSubject, of: (one: ContainerSubject) => Earned): Earned {
  const all = workload.running.filter(({ isHot }) => isHot).map(of);
  const known = all.filter((one): one is number => typeof one === "number");
  if (known.length > 0) return Math.min(...known);
  return all.includes("unknown") ? "unknown" : "absent";
}

export const hasReadiness = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    if (one.probe("readiness") !== null) return 1;
    return workload.servicesKnown ? (workload.services.length > 0 ? 0 : "absent") : "unknown";
  });

export const hasLiveness = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => (one.probe("liveness") === null ? 0 : 1));

export const startIsCovered = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const liveness = one.probe("liveness");
    if (one.probe("startup") !== null || liveness === null) return 1;
    const start = startTimeOf(one);
    if (start === null) return "unknown";
    return start.seconds * SECOND_US <= killBounds(liveness).earliestUs ? 1 : 0;
  });

export const startMargin = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const probe = one.probe("startup") ?? one.probe("liveness");
    if (probe === null) return "absent";
    const start = startTimeOf(one);
    if (start === null) return "unknown";
    return ramp(killBounds(probe).earliestUs / (start.seconds * SECOND_US), 0.8, 1.5);
  });

export const swapMargin = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const probe = one.probe("liveness");
    if (probe === null) return "absent";
    const { mode, gapSeconds } = swapOf(one);
    if (mode === null || gapSeconds === null) return "unknown";
    const failing = failingSeconds(mode, gapSeconds, probe);
    if (failing === 0) return 1;
    return ramp(((probe.failureThreshold - 1) * probe.periodSeconds) / failing, 1, 2);
  });

export const orderMargin = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const [liveness, readiness] = [one.probe("liveness"), one.probe("readiness")];
    if (liveness === null || readiness === null) return "absent";
    const kill = (liveness.failureThreshold - 1) * liveness.periodSeconds;
    return ramp(kill / (withdrawalUs(readiness) / SECOND_US), 0.5, 1);
  });

export const stopMargin = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const [preStop, stop] = [preStopSeconds(one), stopTimeOf(one)];
    if (preStop === null || stop === null) return "unknown";
    const grace = workload.workload.template.spec.terminationGracePeriodSeconds - preStop;
    if (stop.limit) return grace >= stop.value ? 1 : 0;
    return ramp(grace / Math.max(stop.value, 0.001), 1, 1.5);
  });

/** Corners of the line from a measured gap in seconds to points. */
const GAP_POINTS = [
  [0, 100],
  [0.1, 85],
  [1, 60],
  [5, 35],
  [30, 10],
  [60, 0],
] as const;

/** Points of a gap in seconds, 0 to 100. */
export function gapPoints(seconds: number): number {
  for (const [i, [to, low]] of GAP_POINTS.entries()) {
    const [from, high] = GAP_POINTS[i - 1] ?? [0, 100];
    if (seconds <= to)
      return to === from ? high : high - ((seconds - from) / (to - from)) * (high - low);
  }
  return 0;
}

/** The way of swapping by itself, which is half of what there is to know; a measured gap says it all. */
export const swapByTool = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    if (one.timing("gap") !== null) return gapShare(one);
    const { mode } = swapOf(one);
    if (mode === null) return "unknown";
    if (mode === "overlap") return 1;
    if (mode === "queue") return 0.9;
    return one.reload?.tool?.stopWhen === "beforeBuild" ? 0.15 : 0.4;
  });

export const swapByGap = (workload: WorkloadSubject): Earned => lowest(workload, gapShare);

function gapShare(one: ContainerSubject): Earned {
  const { mode } = swapOf(one);
  const gap = one.timing("gap");
  if (gap === null) return mode === "overlap" ? 1 : "unknown";
  const liveness = one.probe("liveness");
  if (mode === "queue" && gap.value < (liveness?.timeoutSeconds ?? 1)) return 0.9;
  return gapPoints(gap.value) / 100;
}

export const readinessGate = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    if (one.settings !== null) return one.settings.policy.readyHttp ? 1 : "unknown";
    return one.reload?.tool?.stopWhen === "afterReady" ? 1 : 0;
  });

export const rollbackRehearsed = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const done = one.timing("rollbackOk");
    return done === null ? "unknown" : done.value > 0 ? 1 : 0;
  });

const FAILED_MAX = 0.001;

export const swapsLose = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const failed = one.timing("failed");
    return failed === null ? "unknown" : 1 - ramp(failed.value, 0, FAILED_MAX);
  });

export const memoryMargin = (workload: WorkloadSubject): Earned =>
  lowest(workload, (one) => {
    const limit = one.container.resources.limits.memoryBytes;
    const need = memoryNeed(one);
    if (limit === null || typeof need === "string") return "unknown";
    return ramp(limit / need.bytes, 0.8, 1.25);
  });

export const hasRequests = (workload: WorkloadSubject): Earned =>
  lowest(workload, ({ container }) => {
    const { cpuMillis, memoryBytes } = container.resources.requests;
    return cpuMillis !== null && memoryBytes !== null ? 1 : 0;
  });
