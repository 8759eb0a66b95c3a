import type { Probe } from "#model/kube/pod.js";
import { startTimeOf } from "#rules/pod/start-time.js";
import { failingSeconds, probeNumbers, swapOf } from "#rules/pod/swap.js";
import { secondsText } from "#rules/subject/figure.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { killBounds, withdrawalUs } from "#simulate/forms/safe-bounds.js";
import { ABSENT, type Answer, earns, lowest, ramp, unknownFor, unmeasured } from "./answer.js";

export const hasReadiness = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const probe = one.probe("readiness");
    if (probe !== null) return earns(true);
    if (!workload.servicesKnown) {
      return unknownFor({ input: "N", say: "the Services of the namespace" });
    }
    return workload.services.length > 0 ? earns(false) : ABSENT;
  });

export const hasLiveness = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => earns(one.probe("liveness") !== null));

/** The earliest kill by a probe that has never succeeded. */
const earliestKill = (probe: Probe) => {
  const seconds = killBounds(probe).earliestUs / SECOND_US;
  return {
    seconds,
    figure: { name: "K⁻", value: secondsText(seconds), source: probeNumbers(probe) },
  };
};

export const startIsCovered = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const liveness = one.probe("liveness");
    if (one.probe("startup") !== null || liveness === null) return earns(true);
    const start = startTimeOf(one);
    if (start === null) return unmeasured("coldStart");
    const kill = earliestKill(liveness);
    return earns(start.seconds <= kill.seconds, ...start.figures, kill.figure);
  });

export const startMargin = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const probe = one.probe("startup") ?? one.probe("liveness");
    if (probe === null) return ABSENT;
    const start = startTimeOf(one);
    if (start === null) return unmeasured("coldStart");
    const kill = earliestKill(probe);
    const share = ramp(kill.seconds / start.seconds, 0.8, 1.5);
    return earns(share, kill.figure, ...start.figures);
  });

export const swapMargin = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const probe = one.probe("liveness");
    if (probe === null) return ABSENT;
    const { mode, gapSeconds, missing, figures } = swapOf(one);
    if (mode === null) return unknownFor({ input: "R", say: "what reloads the program" });
    if (gapSeconds === null) return unmeasured(...missing);
    const failing = failingSeconds(mode, gapSeconds, probe);
    const bears = (probe.failureThreshold - 1) * probe.periodSeconds;
    return earns(
      failing === 0 ? 1 : ramp(bears / failing, 1, 2),
      { name: "(Fl−1)·Pl", value: secondsText(bears), source: probeNumbers(probe) },
      ...figures,
      { name: "E", value: secondsText(failing), source: "the gap as the probe meets it" },
    );
  });

export const orderMargin = (workload: WorkloadSubject): Answer =>
  lowest(workload, (one) => {
    const [liveness, readiness] = [one.probe("liveness"), one.probe("readiness")];
    if (liveness === null || readiness === null) return ABSENT;
    const kill = (liveness.failureThreshold - 1) * liveness.periodSeconds;
    const withdrawn = withdrawalUs(readiness) / SECOND_US;
    return earns(
      ramp(kill / withdrawn, 0.5, 1),
      { name: "(Fl−1)·Pl", value: secondsText(kill), source: probeNumbers(liveness) },
      { name: "U", value: secondsText(withdrawn), source: probeNumbers(readiness) },
    );
  });
