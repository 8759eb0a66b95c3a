import { suggestedFix } from "#rules/fix/set-field.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const scaleToZeroForgetsSwap: Rule = {
  id: "HP908",
  name: "scale-to-zero-forgets-swap",
  severity: "warning",
  reason: "V",
  inputs: "W",
  exports: "KVR",
  fix: "suggest",
  title: "The platform may scale to zero and forget the hot-swapped version.",
  why: "Knative removes the last pod when nobody asks, and the next request starts the image again.",
  when: "A Knative Service with a hot container whose autoscaling.knative.dev/min-scale (or minScale, the older spelling) is absent or 0.",
  remedy: 'Set autoscaling.knative.dev/min-scale to "1" while hot updates are in use.',
  fires: "no annotation.",
  quiet: 'min-scale "1".',
  judge: { of: "workload", judge: judgeScale },
};

const MIN_SCALE = "autoscaling.knative.dev/min-scale";
/** As Knative spelled it before 1.0, and still reads it. */
const OLD_MIN_SCALE = "autoscaling.knative.dev/minScale";

function judgeScale(subject: WorkloadSubject): Outcome {
  const isHot = subject.running.some((one) => one.isHot);
  if (subject.workload.kind !== "KnativeService" || !isHot) return NOT_APPLICABLE;
  const name =
    subject.annotations[MIN_SCALE] === undefined && subject.annotations[OLD_MIN_SCALE] !== undefined
      ? OLD_MIN_SCALE
      : MIN_SCALE;
  const value = subject.annotations[name];
  if (value !== undefined && Number(value) > 0) return PASS;
  const path = [...subject.templatePath, "metadata", "annotations", name];
  return fails({
    severity: "warning",
    at: { kind: "field", document: subject.object.document, path },
    message: "With no request the last pod goes, and the next one starts the image's version.",
    fix: suggestedFix(`${name}: "1"`, {
      kind: "set",
      document: subject.object.document,
      path,
      value: "1",
    }),
  });
}
