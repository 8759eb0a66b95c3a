import type { ProbeKind } from "#model/kube/pod.js";
import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { preStopSeconds } from "#rules/pod/pre-stop.js";
import { stopTimeOf } from "#rules/pod/stop-time.js";
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
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const probeGraceCutsDrain: Rule = {
  id: "HP208",
  name: "probe-grace-cuts-drain",
  severity: "warning",
  reason: "L",
  inputs: "W,(T|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "A probe-level grace period cuts the drain short on probe kills.",
  why: "terminationGracePeriodSeconds of a probe replaces the pod's for the kills that this probe causes, so requests under way are cut although the pod's own grace is long enough.",
  when: "A probe's terminationGracePeriodSeconds is shorter than the preStop hook and the stop together (times the safety factor).",
  remedy: "Raise it above preStop and stop time, or remove it.",
  fires: "the pod has 60 s, its livenessProbe 5 s, and the stop takes 12 s.",
  quiet: "5 s on a container that drains nothing; a value above the pod's.",
  judge: { of: "container", judge: judgeGraces },
};

function judgeGraces(subject: ContainerSubject): Outcome {
  return together((["liveness", "startup"] as const).map((kind) => judgeGrace(subject, kind)));
}

/** The kubelet leaves this long after a hook, whatever the grace; a margin for the kill itself. */
const MARGIN = 2;

function judgeGrace(subject: ContainerSubject, kind: ProbeKind): Outcome {
  const grace = subject.probe(kind)?.terminationGracePeriodSeconds ?? null;
  if (!subject.isHot || grace === null) return NOT_APPLICABLE;
  if (subject.settings?.policy.drainTimeoutMs === 0) return PASS;
  const preStop = preStopSeconds(subject);
  if (preStop === null)
    return open("T", "how long the preStop hook takes: a `sleep` action says it");
  const stop = stopTimeOf(subject);
  if (stop === null) return openTiming("stopTime");
  const { safety } = subject.project.parameters;
  const needed = preStop + (stop.limit ? 1 : safety) * stop.value;
  if (grace >= needed) return PASS;
  const field = "terminationGracePeriodSeconds";
  const enough = Math.ceil(needed + MARGIN);
  return fails({
    severity: "warning",
    at: subject.atProbe(kind, field),
    message: `A kill by the ${kind} probe leaves ${grace} s, and the stop needs up to ${secondsText(needed)}.`,
    figures: [
      timingFigure(stop, "s"),
      { name: "preStop", value: secondsText(preStop), source: "lifecycle.preStop" },
    ],
    evidence: kind,
    fix: suggestedFix(
      `${field} of the ${kind}Probe: ${enough}`,
      setInContainer(subject, [`${kind}Probe`, field], enough),
    ),
  });
}
