import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { failingSeconds, gapFigure, probeNumbers, swapOf } from "#rules/pod/swap.js";
import {
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  openTiming,
  PASS,
  together,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText } from "#rules/subject/figure.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { gradeOutage } from "#simulate/forms/safe-bounds.js";

export const swapGapReachesLiveness: Rule = {
  id: "HP203",
  name: "swap-gap-reaches-liveness",
  severity: "error",
  reason: "A",
  inputs: "W,T,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "A reload keeps the service silent long enough for liveness to kill it.",
  why: "Only failures in a row count, but neither initialDelaySeconds nor a startupProbe protects a reload: both belong to the container's start. A kill in the middle of a reload restarts the container, and its files are the image's again.",
  when: "The gap of a reload (measured, or stop + start, and the build if the tool stops first) covers failureThreshold attempts of the livenessProbe.",
  remedy:
    "Raise failureThreshold, build before the stop, or use a tool that holds the socket or lets both programs overlap.",
  fires: "wgo stops first: build 22 s, stop 1 s, start 2 s against period 5 and threshold 3.",
  quiet:
    "a gap of 3.8 s against period 10 and threshold 3; a held socket with a gap shorter than the probe's timeout.",
  judge: { of: "container", judge: judgeSwap },
};

const GAP = {
  refuse: "nobody listens",
  queue: "the socket is held",
  overlap: "nobody answers, although both programs overlap",
} as const;

function judgeSwap(subject: ContainerSubject): Outcome {
  const probe = subject.probe("liveness");
  if (!subject.isHot || probe === null) return NOT_APPLICABLE;
  const { mode, gapSeconds, missing, figures } = swapOf(subject);
  if (mode === null)
    return open("R", "what reloads the container: `command` in the manifest, or hotpod.yaml");
  if (gapSeconds === null) return together(missing.map(openTiming));
  const failing = failingSeconds(mode, gapSeconds, probe);
  const grade = gradeOutage(failing * SECOND_US, probe);
  if (grade === "safe") return PASS;
  const { safety } = subject.project.parameters;
  const threshold = Math.floor((safety * failing) / probe.periodSeconds) + 2;
  const kills = `${probe.failureThreshold} failed attempts every ${probe.periodSeconds} s`;
  const outcome = grade === "certain" ? "every reload is killed" : "some reloads are killed";
  return fails({
    severity: grade === "certain" ? "error" : "warning",
    certainty: grade,
    at: subject.atProbe("liveness"),
    message: `A reload leaves liveness without an answer for ${secondsText(failing)}, and ${kills} kill: ${outcome}.`,
    figures: [
      ...figures,
      gapFigure(gapSeconds, GAP[mode]),
      { name: "livenessProbe", value: probeNumbers(probe), source: "the manifest" },
    ],
    related: [
      { source: subject.reload?.source ?? subject.at("command"), message: "This reloads it." },
    ],
    fix: suggestedFix(
      `failureThreshold of the livenessProbe: ${threshold}; a tool that overlaps needs no such patience`,
      setInContainer(subject, ["livenessProbe", "failureThreshold"], threshold),
    ),
  });
}
