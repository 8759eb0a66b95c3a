import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const secretEnvSurvivesSwap: Rule = {
  id: "HP1107",
  name: "secret-env-survives-swap",
  severity: "warning",
  reason: "V",
  inputs: "W,H",
  exports: "KVR@",
  fix: "suggest",
  title: "After a swap the new generation still has the old secret.",
  why: "Variables are resolved when the container starts, and every generation inherits the supervisor's. A secret that was changed is not seen until the container is replaced.",
  when: "A hot container takes a variable from a Secret that `hotpod.dev/hot-config` names, or that carries one of `check.rotationAnnotations`.",
  remedy: "Mount the Secret as a volume and read the file; the SDK's Config does that.",
  fires: "DB_PASSWORD from a Secret that says it is rotated.",
  quiet: "Nothing claims that the Secret changes.",
  peers: "kube-linter env-var-secret, read-secret-from-env-var",
  judge: { of: "container", judge: judgeEnv },
};

const HOT_CONFIG = "hotpod.dev/hot-config";

function judgeEnv(subject: ContainerSubject): Outcome {
  const { container } = subject;
  if (!subject.isHot) return NOT_APPLICABLE;
  const faults: Fault[] = [];
  for (const [index, { name, from }] of container.env.entries()) {
    if (from?.kind !== "secret") continue;
    const why = changes(subject, from.name);
    if (why !== null) faults.push(faultOf(subject, ["env", index], name, from.name, why));
  }
  for (const [index, { kind, name }] of container.envFrom.entries()) {
    if (kind !== "secret") continue;
    const why = changes(subject, name);
    if (why !== null) faults.push(faultOf(subject, ["envFrom", index], null, name, why));
  }
  return faults.length === 0 ? PASS : fails(...faults);
}

function faultOf(
  subject: ContainerSubject,
  path: readonly [string, number],
  /** null: all of its keys are variables. */
  variable: string | null,
  secret: string,
  why: string,
): Fault {
  const isOne = variable !== null;
  const what = isOne ? `The variable ${variable}` : "Variables";
  const keeps = isOne ? "keeps its" : "keep their";
  return {
    severity: "warning",
    at: subject.at(...path),
    message: `${what} from the Secret ${secret} ${keeps} old value after a swap, and ${why}.`,
    evidence: `${variable ?? "all"} ${secret}`,
  };
}

/** Who says that the Secret's values change; null: nobody. */
function changes({ workload, project }: ContainerSubject, secret: string): string | null {
  const named = (workload.annotations[HOT_CONFIG] ?? "").split(/[\s,]+/);
  if (named.some((one) => one === secret || one === `secret/${secret}`)) {
    return `${HOT_CONFIG} names it`;
  }
  const { namespace } = workload.workload;
  const object = project
    .objects("Secret")
    .find((one) => one.name === secret && (one.namespace ?? "default") === namespace);
  const annotations = fieldsOf(fieldsOf(object?.value.metadata).annotations);
  const found = project.parameters.rotationAnnotations.find((key) =>
    Object.hasOwn(annotations, key),
  );
  return found === undefined ? null : `its annotation ${found} says that it changes`;
}
