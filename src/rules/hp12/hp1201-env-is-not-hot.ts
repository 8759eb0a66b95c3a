import { HOT_CONFIG_ANNOTATION } from "#rules/pod/watched-paths.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const envIsNotHot: Rule = {
  id: "HP1201",
  name: "env-is-not-hot",
  severity: "error",
  reason: "B",
  inputs: "W,H",
  exports: "KVR@",
  fix: "suggest",
  title: "A value announced as hot-reloadable comes through an environment variable.",
  why: "Variables from ConfigMaps, Secrets and the Downward API are read once, when the container starts. Only files of volumes change in a running container.",
  when: "A HOTPOD_* variable comes from a ConfigMap, a Secret or a field; or the annotation hotpod.dev/hot-config names a key that reaches the container by a variable alone.",
  remedy: "Mount the ConfigMap, or the annotation by a downwardAPI volume, as a file.",
  fires: "HOTPOD_DEBOUNCE by configMapKeyRef.",
  quiet: "a literal HOTPOD_* value; POD_IP, which never changes.",
  judge: { of: "container", judge: judgeVariables },
};

/** Fields that stay as they are as long as the pod lives. */
const CONSTANT = /^(metadata\.(name|namespace|uid)|spec\.|status\.)/;

function judgeVariables(subject: ContainerSubject): Outcome {
  if (subject.isInit) return NOT_APPLICABLE;
  const claimed = new Set(
    (subject.workload.annotations[HOT_CONFIG_ANNOTATION] ?? "").split(/[\s,]+/),
  );
  const { env } = subject.container;
  const own = env.flatMap(({ name, from }, index) => {
    if (from === null || from.kind === "resource") return [];
    if (from.kind === "field" && CONSTANT.test(from.fieldPath)) return [];
    const key = from.kind === "field" ? from.fieldPath : from.key;
    const hot = name.startsWith("HOTPOD_") || claimed.has(key) || claimed.has(name);
    return hot ? [{ name, index, key }] : [];
  });
  const takes = env.some(({ from }) => from !== null) || subject.container.envFrom.length > 0;
  const concerned = subject.isManaged || claimed.size > 1 || (subject.isHot && takes);
  if (own.length === 0) return concerned ? PASS : NOT_APPLICABLE;
  return fails(
    ...own.map(({ name, index, key }) => ({
      severity: "error" as const,
      at: subject.at("env", index),
      message: `${name} takes ${key} when the container starts; a later change reaches nobody.`,
      evidence: name,
    })),
  );
}
