import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { buildsHere } from "#rules/pod/builds-here.js";
import { probeNumbers } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, openTiming, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { gradeOutage } from "#simulate/forms/safe-bounds.js";

export const buildStarvesHealth: Rule = {
  id: "HP207",
  name: "build-starves-health",
  severity: "warning",
  reason: "a",
  inputs: "W,T",
  exports: "none",
  fix: "suggest",
  title: "While the build runs in the pod the health endpoint answers slower than the probe waits.",
  why: "A compiler takes every core it gets. Attempts that time out because of it count like any other failure, and add to those of the gap.",
  when: "The health endpoint's latency during a build is above the liveness timeout, and the build lasts for enough attempts.",
  remedy:
    "Raise timeoutSeconds, limit the build's parallelism (go build -p 1), or build in a sidecar with a limit of its own.",
  fires: "1.6 s while building against a timeout of 1 s, a build of 40 s, period 10, threshold 3.",
  quiet: "0.3 s, however long the build; a build in another container.",
  judge: { of: "container", judge: judgeLatency },
};

function judgeLatency(subject: ContainerSubject): Outcome {
  const probe = subject.probe("liveness");
  if (!subject.isHot || probe === null || !buildsHere(subject)) return NOT_APPLICABLE;
  const latency = subject.timing("healthLatencyBuild");
  if (latency === null) return openTiming("healthLatencyBuild");
  if (latency.value <= probe.timeoutSeconds) return PASS;
  const build = subject.timing("build");
  if (build === null) return openTiming("build");
  const grade = gradeOutage(build.value * SECOND_US, probe);
  if (grade === "safe") return PASS;
  const { safety } = subject.project.parameters;
  const timeoutSeconds = Math.ceil(safety * latency.value);
  return fails({
    severity: grade === "certain" ? "error" : "warning",
    certainty: grade,
    at: subject.atProbe("liveness", "timeoutSeconds"),
    message: `During a build of ${secondsText(build.value)} the health endpoint takes ${secondsText(latency.value)}, and the probe waits ${probe.timeoutSeconds} s: ${probe.failureThreshold} failures in a row kill.`,
    figures: [
      timingFigure(latency, "s"),
      timingFigure(build, "s"),
      { name: "livenessProbe", value: probeNumbers(probe), source: "the manifest" },
    ],
    fix: suggestedFix(
      `timeoutSeconds of the livenessProbe: ${timeoutSeconds}`,
      setInContainer(subject, ["livenessProbe", "timeoutSeconds"], timeoutSeconds),
    ),
  });
}
