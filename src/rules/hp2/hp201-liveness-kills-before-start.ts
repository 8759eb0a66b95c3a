import type { JsonValue } from "#manifest/edit/yaml-text.js";
import type { Probe } from "#model/kube/pod.js";
import { startTimeOf } from "#rules/pod/start-time.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type Figure,
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

export const livenessKillsBeforeStart: Rule = {
  id: "HP201",
  name: "liveness-kills-before-start",
  severity: "error",
  reason: "A",
  inputs: "W,T",
  exports: "KVR@",
  fix: "safe",
  title: "Liveness can kill the container before it has started.",
  why: "Without a startup probe the liveness probe counts from the container's start. Once its failure threshold is reached the kubelet stops the container, and the next one starts just as slowly. A reload tool that builds when it starts adds that build. Failed attempts of a container that ended by itself count on in the next one, which is killed so much sooner; a kill by a probe clears them.",
  when: "There is a livenessProbe and no startupProbe, and the start (times the safety factor) is longer than the earliest moment the last failure can fall: max(0, initialDelay − 1) + (failureThreshold − 1) × period.",
  remedy:
    "Add a startupProbe with the handler of the livenessProbe; it holds liveness and readiness back until it has succeeded.",
  fires: "delay 0, period 5, threshold 3, a start of 18 s: every phase kills.",
  quiet: "delay 0, period 10, threshold 3, a start of 12 s: the first attempt fails, two are left.",
  judge: { of: "container", judge: judgeStart },
};

function judgeStart(subject: ContainerSubject): Outcome {
  const probe = subject.probe("liveness");
  if (subject.isInit || probe === null || subject.probe("startup") !== null) return NOT_APPLICABLE;
  const start = startTimeOf(subject);
  if (start === null) return openTiming("coldStart");
  const { safety } = subject.project.parameters;
  const grade = gradeStart(start.seconds * SECOND_US, probe, safety);
  if (grade === "safe") return PASS;
  const bounds = killBounds(probe);
  const figures: Figure[] = [
    ...start.figures,
    { name: "K⁻", value: secondsText(bounds.earliestUs / SECOND_US), source: probeText(probe) },
    { name: "K⁺", value: secondsText(bounds.latestUs / SECOND_US), source: probeText(probe) },
    { name: "safety", value: String(safety), source: "check.safety" },
  ];
  const fix = startupFix(subject, probe, start.seconds * safety);
  return fails({
    ...GRADES[grade],
    at: subject.atProbe("liveness"),
    message: messageOf(grade, start.seconds, bounds),
    figures,
    ...(fix === null ? {} : { fix }),
  });
}

const GRADES = {
  "certain-kill": { severity: "error", certainty: "certain" },
  "possible-kill": { severity: "warning", certainty: "possible" },
  tight: { severity: "info", certainty: "tight" },
} as const;

function messageOf(
  grade: Exclude<StartGrade, "safe">,
  start: number,
  { earliestUs, latestUs }: ReturnType<typeof killBounds>,
): string {
  const between = `${secondsText(earliestUs / SECOND_US)} and ${secondsText(latestUs / SECOND_US)}`;
  switch (grade) {
    case "certain-kill":
      return `The start takes ${secondsText(start)}, and liveness kills between ${between}: it never gets there.`;
    case "possible-kill":
      return `The start takes ${secondsText(start)}, and liveness kills between ${between}, as its phase falls.`;
    case "tight":
      return `The start takes ${secondsText(start)}; liveness kills from ${secondsText(earliestUs / SECOND_US)} on, which leaves little for a slow day.`;
  }
}

function probeText(probe: Probe): string {
  return `delay ${probe.initialDelaySeconds}, period ${probe.periodSeconds}, threshold ${probe.failureThreshold}`;
}

const STARTUP_PERIOD = 5;

/** An exec handler may run the very file that is replaced, so it is not copied. */
function startupFix(subject: ContainerSubject, probe: Probe, seconds: number): Fix | null {
  if (probe.handler.kind === "exec") return null;
  const raw = subject.raw.livenessProbe as Readonly<Record<string, JsonValue>>;
  const handler = raw[probe.handler.kind] as JsonValue;
  const failureThreshold = Math.ceil(seconds / STARTUP_PERIOD) + 1;
  return {
    kind: "safe",
    title: `startupProbe with liveness' handler, ${STARTUP_PERIOD} s × ${failureThreshold}; it also holds readiness back`,
    changes: [
      {
        kind: "set",
        document: subject.workload.object.document,
        path: [...subject.path, "startupProbe"],
        value: { [probe.handler.kind]: handler, periodSeconds: STARTUP_PERIOD, failureThreshold },
      },
    ],
  };
}
