import { allMounts } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

export const configChangeRollsNothing: Rule = {
  id: "HP1204",
  name: "config-change-rolls-nothing",
  severity: "warning",
  reason: "B",
  inputs: "W,N",
  exports: "R+",
  fix: "suggest",
  title: "Editing this ConfigMap reaches nobody.",
  why: "Variables and subPath files are read at the container's start, and nothing starts the containers again when the ConfigMap changes.",
  when: "A hot container takes values of a ConfigMap of the same input by variables or subPath, and there is neither a checksum annotation in the template, nor a name with a hash, nor an annotation of a reloader.",
  remedy:
    "A checksum/config annotation in the template, or a generated name (Kustomize's configMapGenerator).",
  fires: "envFrom of a ConfigMap with a plain name.",
  quiet: "app-config-6ct58987ht; a volume without subPath.",
  judge: { of: "workload", judge: judgeReferences },
};

const CHECKSUM = /checksum|hash|config-version/i;
const RELOADER = /^(reloader\.stakater\.com|configmap\.reloader|secret\.reloader|keel\.sh)\//;
const HASHED = /-[a-z0-9]{10}$/;

function judgeReferences(subject: WorkloadSubject): Outcome {
  if (!subject.running.some(({ isHot }) => isHot)) return NOT_APPLICABLE;
  const own = Object.keys(fieldsOf(fieldsOf(subject.object.value.metadata).annotations));
  const annotations = [...Object.keys(subject.annotations), ...own];
  const restarted =
    Object.keys(subject.annotations).some((key) => CHECKSUM.test(key)) ||
    annotations.some((key) => RELOADER.test(key));
  const references = subject.running.flatMap((container) => {
    const { env, envFrom } = container.container;
    return [
      ...envFrom.flatMap(({ kind, name }, i) =>
        kind === "configMap" ? [{ name, at: container.at("envFrom", i) }] : [],
      ),
      ...env.flatMap(({ from }, i) =>
        from?.kind === "configMap" ? [{ name: from.name, at: container.at("env", i) }] : [],
      ),
      ...allMounts(container).flatMap(({ volume, hasSubPath, index }) =>
        hasSubPath && volume?.source.kind === "configMap"
          ? [{ name: volume.source.name, at: container.at("volumeMounts", index) }]
          : [],
      ),
    ];
  });
  const here = subject.project
    .objects("ConfigMap")
    .filter(({ namespace }) => (namespace ?? "default") === subject.workload.namespace)
    .map(({ name }) => name);
  const stuck = references.filter(({ name }) => here.includes(name) && !HASHED.test(name));
  if (stuck.length === 0) return NOT_APPLICABLE;
  if (restarted) return PASS;
  const byName = new Map(stuck.toReversed().map((one) => [one.name, one]));
  return fails(
    ...[...byName.values()].map(({ name, at }) => ({
      severity: "warning" as const,
      at,
      message: `ConfigMap ${name} is read at the container's start, and nothing starts it again when the ConfigMap changes.`,
      evidence: name,
    })),
  );
}
