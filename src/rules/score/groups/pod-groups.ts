import { memoryNeed } from "#rules/pod/memory-need.js";
import { preStopSeconds } from "#rules/pod/pre-stop.js";
import { stopTimeOf } from "#rules/pod/stop-time.js";
import { bytesText, secondsText, timingFigure } from "#rules/subject/figure.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { type Answer, earns, lowest, ramp, unknownFor, unmeasured } from "./answer.js";
import type { GroupInputs } from "./group-inputs.js";

/** A managed container is told its grace period as well, or its stop is cut short whatever the manifest says. */
export const stopMargin = (workload: WorkloadSubject, { shareOf }: GroupInputs): Answer =>
  lowest(workload, (one) => {
    const [preStop, stop] = [preStopSeconds(one), stopTimeOf(one)];
    if (preStop === null) return unknownFor({ input: "S", say: "what the preStop hook does" });
    if (stop === null) return unmeasured("stopTime");
    const told = one.isManaged ? shareOf("HP1301") : 1;
    const all = workload.workload.template.spec.terminationGracePeriodSeconds;
    const grace = all - preStop;
    const share = stop.limit
      ? Number(grace >= stop.value)
      : ramp(grace / Math.max(stop.value, 0.001), 1, 1.5);
    const figures = [
      { name: "grace − preStop", value: secondsText(grace), source: `${all} − ${preStop}` },
      timingFigure(stop, "s"),
    ];
    if (told === "unknown" && share > 0) {
      return unknownFor({ input: "H", say: "hotpod's own grace, which HP1301 compares" });
    }
    return earns(typeof told === "number" && told < 1 ? 0 : share, ...figures);
  });

export const memoryMargin = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const limit = one.container.resources.limits.memoryBytes;
    if (limit === null) return unknownFor({ input: "W", say: "a memory limit" });
    const need = memoryNeed(one);
    if (typeof need === "string") return unmeasured(need);
    return earns(
      ramp(limit / need.bytes, 0.8, 1.25),
      { name: "memory limit", value: bytesText(limit), source: one.title },
      { name: "M", value: bytesText(need.bytes), source: "what an update needs at most" },
      ...need.figures,
    );
  });

export const hasRequests = (workload: WorkloadSubject): Answer =>
  lowest(workload, ({ container, title }) => {
    const { cpuMillis, memoryBytes } = container.resources.requests;
    return earns(
      cpuMillis !== null && memoryBytes !== null,
      { name: "cpu", value: cpuMillis === null ? "none" : `${cpuMillis}m`, source: title },
      {
        name: "memory",
        value: memoryBytes === null ? "none" : bytesText(memoryBytes),
        source: title,
      },
    );
  });
