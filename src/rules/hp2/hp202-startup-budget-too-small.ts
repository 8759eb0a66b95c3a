import type { Probe } from "#model/kube/pod.js";
import { safeFix, setInContainer } from "#rules/fix/set-field.js";
import { probeNumbers } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, openTiming, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, type TimingValue, timingFigure } from "#rules/subject/figure.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { gradeStart, killBounds, type StartGrade } from "#simulate/forms/safe-bounds.js";

export const startupBudgetTooSmall: Rule = {
  id: "HP202",
  name: "startup-budget-too-small",
  severity: "error",
  reason: "A",
  inputs: "W,T",
  exports: "KVR@",
  fix: "safe",
  title: "The startup probe gives up before the service is up.",
  why: "When a startup probe reaches its failure threshold the kubelet stops the container, and the next start takes just as long. Builds that happen at the container's start are part of it.",
  when: "There is a startupProbe, and the start (times the safety factor) is longer than max(0, initialDelay − 1) + (failureThreshold − 1) × period.",
  remedy:
    "Raise failureThreshold of the startupProbe: a larger one costs nothing once the service is up.",
  fires: "period 2, threshold 10, a start of 25 s.",
  quiet: "delay 60, threshold 1, a start of 35 s: the first attempt falls after 59 s.",
  judge: { of: "container", judge: judgeStart },
};

function judgeStart(subject: ContainerSubject): Outcome {
  const probe = subject.probe("startup");
  if (subject.isInit || probe === null) return NOT_APPLICABLE;
  const start = subject.timing("coldStart");
  if (start === null) return openTiming("coldStart");
  const { safety } = subject.project.parameters;
  const grade = gradeStart(start.value * SECOND_US, probe, safety);
  if (grade === "safe") return PASS;
  return fails({
    ...GRADES[grade],
    at: subject.atProbe("startup"),
    message: messageOf(grade, start.value, probe),
    figures: [
      timingFigure(start, "s"),
      { name: "startupProbe", value: probeNumbers(probe), source: "the manifest" },
      { name: "safety", value: String(safety), source: "check.safety" },
    ],
    fix: raise(subject, probe, start, safety),
  });
}

const GRADES = {
  "certain-kill": { severity: "error", certainty: "certain" },
  "possible-kill": { severity: "warning", certainty: "possible" },
  tight: { severity: "info", certainty: "tight" },
} as const;

function messageOf(grade: Exclude<StartGrade, "safe">, start: number, probe: Probe): string {
  const bounds = killBounds(probe);
  const [early, late] = [bounds.earliestUs, bounds.latestUs].map((us) =>
    secondsText(us / SECOND_US),
  );
  if (grade === "tight") {
    return `The start takes ${secondsText(start)}; the startup probe gives up from ${early} on, which leaves little for a slow day.`;
  }
  const how = grade === "certain-kill" ? "it never gets there" : "as its phase falls";
  return `The start takes ${secondsText(start)}, and the startup probe gives up between ${early} and ${late}: ${how}.`;
}

function raise(subject: ContainerSubject, probe: Probe, start: TimingValue, safety: number) {
  const needed = safety * start.value - Math.max(0, probe.initialDelaySeconds - 1);
  const failureThreshold = Math.ceil(needed / probe.periodSeconds) + 1;
  return safeFix(
    `failureThreshold of the startupProbe: ${failureThreshold}`,
    setInContainer(subject, ["startupProbe", "failureThreshold"], failureThreshold),
  );
}
