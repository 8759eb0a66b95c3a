import { parseDuration } from "#base/time.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { Project } from "#rules/subject/project.js";

export const configExpectedTooSoon: Rule = {
  id: "HP1206",
  name: "config-expected-too-soon",
  severity: "info",
  reason: "O",
  inputs: "W,H",
  exports: "none",
  fix: "none",
  title: "The plan expects a config change sooner than the kubelet delivers it.",
  why: "The files of a ConfigMap volume change at the pod's next sync: up to 60 to 90 s after the edit while nothing else happens.",
  when: "check.expect.configDelay of hotpod.yaml is below 90 s.",
  remedy:
    "Expect 90 s, or change an annotation or label of the pod, which brings the files within a second.",
  fires: "10 s.",
  quiet: "120 s.",
  judge: { of: "project", judge: judgeDelay },
};

const SYNC_MAX = 90;

function judgeDelay({ hotpodYaml }: Project): Outcome {
  const expect = fieldsOf(fieldsOf(fieldsOf(hotpodYaml?.value).check).expect);
  const { configDelay } = expect;
  if (hotpodYaml === null || configDelay === undefined) return NOT_APPLICABLE;
  const ms =
    typeof configDelay === "number" ? configDelay * 1_000 : parseDuration(String(configDelay));
  if (ms === null || ms >= SYNC_MAX * 1_000) return PASS;
  return fails({
    severity: "info",
    at: { kind: "field", document: hotpodYaml, path: ["check", "expect", "configDelay"] },
    message: `A change is expected after ${ms / 1_000} s, and the kubelet may take ${SYNC_MAX} s.`,
  });
}
