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
  return together([
    ...subject.container.env.map((_, index) => judgeKey(subject, index)),
    ...subject.container.envFrom.map(({ kind, name }, index) =>
      judgeWhole(subject, kind, name, index),
    ),
  ]);
}

/** It takes whatever keys there are. */
function judgeWhole(
  subject: ContainerSubject,
  from: "configMap" | "secret",
  name: string,
  index: number,
): Outcome {
  const kind = KINDS[from];
  const raw = fieldsAt(subject.raw, ["envFrom", index, `${from}Ref`]);
  if (raw.optional === true || objectOf(subject, kind, name) !== undefined) return PASS;
  return open("N", `${kind} ${name}`);
}

function judgeKey(subject: ContainerSubject, index: number): Outcome {
  const { name = "", from = null } = subject.container.env[index] ?? {};
  if (from?.kind !== "configMap" && from?.kind !== "secret") return NOT_APPLICABLE;
  const kind = KINDS[from.kind];
  const object = objectOf(subject, kind, from.name);
  if (object === undefined) return open("N", `${kind} ${from.name}`);
  const field = kind === "Secret" ? "secretKeyRef" : "configMapKeyRef";
  const raw = fieldsAt(subject.raw, ["env", index, "valueFrom", field]);
  const { data, stringData, binaryData } = object.value;
  const has = [data, stringData, binaryData].some((map) => Object.hasOwn(fieldsOf(map), from.key));
  if (has || raw.optional === true) return PASS;
  return fails({
    severity: "error",
    at: subject.at("env", index, "valueFrom", field, "key"),
    message: `${kind} ${from.name} has no key ${from.key}, so the next start of container ${subject.name} fails.`,
    evidence: name,
  });
}

const KINDS = { configMap: "ConfigMap", secret: "Secret" } as const;

function objectOf({ workload, project }: ContainerSubject, kind: string, name: string) {
  return project.objectsIn(kind, workload.workload.namespace).find((one) => one.name === name);
}
