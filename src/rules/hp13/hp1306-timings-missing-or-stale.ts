import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const timingsMissingOrStale: Rule = {
  id: "HP1306",
  name: "timings-missing-or-stale",
  severity: "info",
  reason: "O",
  inputs: "T,G?",
  exports: "none",
  fix: "none",
  title: "Rules of timing were skipped, or use few samples.",
  why: "Whether a probe kills a start or a reload depends on how long they take. Without a measurement nothing is guessed.",
  when: "A hot container, and no timings for it; or figures of fewer than 5 samples.",
  remedy:
    "Run it once under hotpod run with load, and give its timings.json: hotpod check … --timings timings.json.",
  fires: "a manifest alone.",
  quiet: "check.timings: optional in hotpod.yaml.",
  judge: { of: "workload", judge: judgeTimings },
};

const ENOUGH = 5;

function judgeTimings(subject: WorkloadSubject): Outcome {
  const hot = subject.running.find((one) => one.isHot);
  const section = fieldsOf(fieldsOf(subject.project.hotpodYaml?.value).check);
  if (hot === undefined || section.timings === "optional") return NOT_APPLICABLE;
  const keys = ["coldStart", "appStart", "gap", "build", "stopTime"];
  const known = keys.flatMap((key) => subject.timing(key) ?? []);
  if (known.length === 0) {
    return fails({
      severity: "info",
      at: subject.at("metadata", "name"),
      message:
        "Nothing is known of how long its start, its build and its stop take, so rules of timing are not judged.",
      evidence: "missing",
    });
  }
  const few = known.filter(({ source }) => {
    const samples = /, (\d+) samples?$/.exec(source)?.[1];
    return samples !== undefined && Number(samples) < ENOUGH;
  });
  if (few.length === 0) return PASS;
  return fails({
    severity: "info",
    at: subject.at("metadata", "name"),
    message: `Fewer than ${ENOUGH} samples are behind ${few.map(({ key }) => key).join(", ")}, so the largest one counts.`,
    evidence: "few",
  });
}
