import { swapOf } from "#rules/pod/swap.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { timingFigure } from "#rules/subject/figure.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { type Answer, earns, lowest, ramp, unknownFor, unmeasured } from "./answer.js";

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
export const swapByTool = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    if (one.timing("gap") !== null) return gapShare(one);
    const { mode } = swapOf(one);
    if (mode === null) return unknownFor({ input: "R", say: "what reloads the program" });
    return earns(toolShare(one), { name: "by tool", value: mode, source: toolOf(one) });
  });

function toolShare(one: ContainerSubject): number {
  const { mode } = swapOf(one);
  if (mode === "overlap") return 1;
  if (mode === "queue") return 0.9;
  return one.reload?.tool?.stopWhen === "beforeBuild" ? 0.15 : 0.4;
}

const toolOf = (one: ContainerSubject): string => one.reload?.program ?? "hotpod";

export const swapByGap = (workload: WorkloadSubject): Answer => lowest(workload, gapShare);

function gapShare(one: ContainerSubject): Answer {
  const { mode } = swapOf(one);
  const gap = one.timing("gap");
  const way = { name: "while it is replaced", value: mode ?? "unknown", source: toolOf(one) };
  // Two programs at once leave no gap; it is the tool's word all the same, until it is measured.
  if (gap === null) return unmeasured("gap");
  if (mode === "overlap") return earns(1, way);
  const liveness = one.probe("liveness");
  const waits = mode === "queue" && gap.value < (liveness?.timeoutSeconds ?? 1);
  return earns(waits ? 0.9 : gapPoints(gap.value) / 100, way, timingFigure(gap, "s"));
}

export const readinessGate = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    if (one.settings !== null) {
      const { readyHttp } = one.settings.policy;
      const origin = one.setting("ready.http")?.origin ?? "default";
      const figure = { name: "ready.http", value: readyHttp ? "set" : "unset", source: origin };
      return readyHttp
        ? earns(true, figure)
        : unknownFor({ input: "S", say: "ready.http, or a service that sends READY=1" });
    }
    const tool = one.reload?.tool ?? null;
    if (tool === null) return unknownFor({ input: "R", say: "what reloads the program" });
    const figure = { name: "stops the old program", value: tool.stopWhen, source: tool.name };
    return earns(tool.stopWhen === "afterReady", figure);
  });

export const rollbackRehearsed = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const done = one.timing("rollbackOk");
    return done === null ? unmeasured("rollbackOk") : earns(done.value > 0, timingFigure(done, ""));
  });

const FAILED_MAX = 0.001;

export const swapsLose = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const failed = one.timing("failed");
    if (failed === null) return unmeasured("failed");
    return earns(1 - ramp(failed.value, 0, FAILED_MAX), timingFigure(failed, ""));
  });
