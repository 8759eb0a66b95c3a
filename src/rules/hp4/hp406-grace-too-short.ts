import { safeFix, setInPodSpec, suggestedFix } from "#rules/fix/set-field.js";
import { preStopSeconds } from "#rules/pod/pre-stop.js";
import { stopTimeOf } from "#rules/pod/stop-time.js";
import {
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  openTiming,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { secondsText, timingFigure } from "#rules/subject/figure.js";

export const graceTooShort: Rule = {
  id: "HP406",
  name: "grace-too-short",
  severity: "error",
  reason: "L",
  inputs: "W,(T|H)",
  exports: "KVR@",
  fix: "safe",
  title: "The grace period ends before preStop and drain are done.",
  why: "The clock starts before the preStop hook. When it is used up the program still gets 2 s, and then SIGKILL, with requests under way.",
  when: "The preStop hook and the stop together are longer than terminationGracePeriodSeconds (error), or are with the safety factor and 2 s (warning).",
  remedy: "Raise terminationGracePeriodSeconds; node drains then take as much longer.",
  fires: "terminationGracePeriodSeconds 30, preStop 10 s, stop 25 s.",
  quiet: "30 with preStop sleep 5 and a stop of 8 s; a Job with 0 and no Service.",
  judge: { of: "container", judge: judgeGrace },
};

const MARGIN = 2;

function judgeGrace(subject: ContainerSubject): Outcome {
  const { workload, project } = subject;
  const hook = subject.container.lifecycle.preStop;
  // hotpod's own stop is looked at by the rule about its grace.
  if (subject.isInit || subject.isManaged || (!subject.isHot && hook === null))
    return NOT_APPLICABLE;
  const grace = workload.workload.template.spec.terminationGracePeriodSeconds;
  if (workload.workload.kind === "Job" && workload.services.length === 0) return NOT_APPLICABLE;
  const preStop = preStopSeconds(subject);
  if (preStop === null)
    return open("T", "how long the preStop hook takes: a `sleep` action says it");
  const stop = stopTimeOf(subject);
  if (stop === null) return openTiming("stopTime");
  const { safety, maxGrace } = project.parameters;
  const needed = preStop + safety * stop.value + MARGIN;
  if (needed <= grace) return PASS;
  const wanted = Math.ceil(needed);
  const field = "terminationGracePeriodSeconds";
  const make = wanted <= maxGrace ? safeFix : suggestedFix;
  return fails({
    severity: preStop + stop.value > grace ? "error" : "warning",
    at: workload.inSpec(field),
    message: `The stop takes ${secondsText(preStop + stop.value)} with its hook, and the pod has ${grace} s.`,
    figures: [
      timingFigure(stop, "s"),
      { name: "preStop", value: secondsText(preStop), source: "lifecycle.preStop" },
      { name: field, value: `${grace} s`, source: "the pod" },
    ],
    fix: make(
      `${field}: ${wanted}; node drains take as much longer`,
      setInPodSpec(workload, [field], wanted),
    ),
  });
}
