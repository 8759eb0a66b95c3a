import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsAt, fieldsOf } from "#rules/subject/fields.js";

export const envKeyMissing: Rule = {
  id: "HP1207",
  name: "env-key-missing",
  severity: "error",
  reason: "A",
  inputs: "W,N",
  exports: "R+",
  fix: "none",
  title: "A referenced key is not in the ConfigMap; the next restart will not start.",
  why: "Hot updates go on working, for the container's variables are set already. The next container start fails with CreateContainerConfigError.",
  when: "A variable takes a key that the ConfigMap or Secret of the same input does not have, and it is not optional.",
  remedy: "Add the key, or mark the reference optional.",
  fires: "a key that was renamed.",
  quiet: "optional: true; an object from elsewhere.",
  judge: { of: "container", judge: judgeKeys },
};

function judgeKeys(subject: ContainerSubject): Outcome {
  return together(
    subject.container.env.map(({ name, from }, index) => {
      if (from?.kind !== "configMap" && from?.kind !== "secret") return NOT_APPLICABLE;
      const kind = from.kind === "secret" ? "Secret" : "ConfigMap";
      const { namespace } = subject.workload.workload;
      const object = subject.project
        .objects(kind)
        .find((one) => one.name === from.name && (one.namespace ?? "default") === namespace);
      if (object === undefined) return open("N", `${kind} ${from.name}`);
      const field = kind === "Secret" ? "secretKeyRef" : "configMapKeyRef";
      const raw = fieldsAt(subject.raw, ["env", index, "valueFrom", field]);
      const { data, stringData, binaryData } = object.value;
      const has = [data, stringData, binaryData].some((map) =>
        Object.hasOwn(fieldsOf(map), from.key),
      );
      if (has || raw.optional === true) return PASS;
      return fails({
        severity: "error",
        at: subject.at("env", index, "valueFrom", field, "key"),
        message: `${kind} ${from.name} has no key ${from.key}, so the next start of container ${subject.name} fails.`,
        evidence: name,
      });
    }),
  );
}
