import { setInObject, suggestedFix } from "#rules/fix/set-field.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { withdrawalUs } from "#simulate/forms/safe-bounds.js";

export const readyOnceIsEnough: Rule = {
  id: "HP903",
  name: "ready-once-is-enough",
  severity: "info",
  reason: "V",
  inputs: "W,T?",
  exports: "KVR",
  fix: "suggest",
  title: "A pod counts as available the moment it is first ready.",
  why: "A version that dies in its first seconds passes the roll-out: the old pods are gone before anybody has noticed.",
  when: "At least 2 replicas with a hot container and a readinessProbe, and minReadySeconds is below what readiness needs to take a pod out again, or below 10.",
  remedy:
    "Set minReadySeconds above the time readiness needs to notice, and keep progressDeadlineSeconds larger.",
  fires: "minReadySeconds 0 with a readinessProbe of 10 s × 3.",
  quiet: "minReadySeconds 40; strategy OnDelete.",
  judge: { of: "workload", judge: judgeMinReady },
};

const MORE = 5;

function judgeMinReady(subject: WorkloadSubject): Outcome {
  const { workload, replicas, project } = subject;
  const { rollout } = workload;
  const hot = subject.running.find((one) => one.isHot && one.probe("readiness") !== null);
  const readiness = hot?.probe("readiness") ?? null;
  const rolls = rollout !== null && rollout.type === "RollingUpdate";
  if (!rolls || readiness === null || replicas < 2 || workload.kind === "KnativeService") {
    return NOT_APPLICABLE;
  }
  const notice = Math.ceil(withdrawalUs(readiness) / SECOND_US);
  const floor = Math.max(project.parameters.minReadyFloor, notice);
  if (rollout.minReadySeconds >= floor) return PASS;
  const wanted = notice + MORE;
  const fits = wanted < rollout.progressDeadlineSeconds;
  return fails({
    severity: "info",
    at: subject.at("spec", "minReadySeconds"),
    message: `A pod is available after ${rollout.minReadySeconds} s of being ready, and readiness needs up to ${notice} s to notice that it is not.`,
    figures: [
      { name: "minReadySeconds", value: String(rollout.minReadySeconds), source: "the manifest" },
      { name: "readiness", value: `${notice} s`, source: "failureThreshold × period + timeout" },
    ],
    ...(fits
      ? {
          fix: suggestedFix(
            `minReadySeconds: ${wanted}`,
            setInObject(subject, ["spec", "minReadySeconds"], wanted),
          ),
        }
      : { remedy: `minReadySeconds: ${wanted}, and a progressDeadlineSeconds above it.` }),
  });
}
