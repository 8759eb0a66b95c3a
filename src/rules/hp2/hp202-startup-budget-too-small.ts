import type { Probe } from "#model/kube/pod.js";
import { safeFix, setInContainer } from "#rules/fix/set-field.js";
import { startTimeOf } from "#rules/pod/start-time.js";
import { probeNumbers } from "#rules/pod/swap.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  openTiming,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText } from "#rules/subject/figure.js";
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
  why: "When a startup probe reaches its failure threshold the kubelet stops the container, and the next start takes just as long. A reload tool that builds when it starts adds that build. Failed attempts of a container that ended by itself count on in the next one, which is given up so much sooner; a kill by a probe clears them.",
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
  const start = startTimeOf(subject);
  if (start === null) return openTiming("coldStart");
  const { safety } = subject.project.parameters;
  const grade = gradeStart(start.seconds * SECOND_US, probe, safety);
  if (grade === "safe") return PASS;
  return fails({
    ...GRADES[grade],
    at: subject.atProbe("startup"),
    message: messageOf(grade, start.seconds, probe),
    figures: [
      ...start.figures,
      { name: "startupProbe", value: probeNumbers(probe), source: "the manifest" },
      { name: "safety", value: String(safety), source: "check.safety" },
    ],
    related: earlyLiveness(subject),
    fix: raise(subject, probe, start.seconds, safety),
  });
}

/** Kubelets of these minor versions may lack the mending of kubernetes/kubernetes#141155. */
const INHERITS_STARTED = [35, 36];

/** There, a container that follows a probe's kill passes for started until its startup probe has been asked once. */
function earlyLiveness(subject: ContainerSubject): NonNullable<Fault["related"]> {
  const { minor } = subject.project.parameters;
  const concerned = minor === null || INHERITS_STARTED.includes(minor);
  const liveness = subject.probe("liveness");
  if (liveness === null || !concerned) return [];
  const kills =
    liveness.failureThreshold === 1
      ? "one failed attempt kills it again"
      : "its failures count from then on";
  const message = `After a kill by liveness, kubelets 1.35 and 1.36 that have not been mended (kubernetes/kubernetes#141155) may ask this probe before the startup probe: ${kills}.`;
  return [{ source: subject.atProbe("liveness"), message }];
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

function raise(subject: ContainerSubject, probe: Probe, seconds: number, safety: number) {
  const needed = safety * seconds - Math.max(0, probe.initialDelaySeconds - 1);
  const failureThreshold = Math.ceil(needed / probe.periodSeconds) + 1;
  return safeFix(
    `failureThreshold of the startupProbe: ${failureThreshold}`,
    setInContainer(subject, ["startupProbe", "failureThreshold"], failureThreshold),
  );
}
