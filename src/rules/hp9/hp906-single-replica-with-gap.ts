import { swapOf } from "#rules/pod/swap.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { servingOf } from "#rules/service/serving.js";
import { secondsText } from "#rules/subject/figure.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const singleReplicaWithGap: Rule = {
  id: "HP906",
  name: "single-replica-with-gap",
  severity: "warning",
  reason: "L",
  lessInDev: true,
  inputs: "W,N,(T|R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "One replica and a reload with a gap: every save is an outage.",
  why: "Nobody else answers while the only pod's program is down.",
  when: "One replica (an autoscaler's minimum counts) that a Service selects, and a reload during which nobody listens.",
  remedy:
    "Let both programs overlap or hold the socket; or run 2 replicas and reload one after the other.",
  fires: "air with 1 replica.",
  quiet: "hotpod with overlap and 1 replica.",
  peers: "Polaris deploymentMissingReplicas, kube-linter minimum-three-replicas",
  judge: { of: "workload", judge: judgeReplicas },
};

function judgeReplicas(subject: WorkloadSubject): Outcome {
  const hot = subject.running.find((one) => one.isHot && swapOf(one).mode === "refuse");
  if (hot === undefined || subject.replicas !== 1) return NOT_APPLICABLE;
  const serving = servingOf(subject);
  if (serving === "unknown") return open("N", "the Services of the namespace");
  const [first] = serving;
  if (first === undefined) return NOT_APPLICABLE;
  const { gapSeconds, figures } = swapOf(hot);
  if (gapSeconds === 0) return PASS;
  const howLong = gapSeconds === null ? "" : ` for ${secondsText(gapSeconds)}`;
  return fails({
    severity: "warning",
    at: subject.at("spec", "replicas"),
    message: `Every reload leaves ${first.title} without anybody who listens${howLong}.`,
    figures,
    related: [{ source: hot.reload?.source ?? hot.at("command"), message: "This reloads it." }],
  });
}
