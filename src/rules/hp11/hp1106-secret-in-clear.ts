import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf, scalarText } from "#rules/subject/fields.js";
import type { Project } from "#rules/subject/project.js";

export const secretInClear: Rule = {
  id: "HP1106",
  name: "secret-in-clear",
  severity: "error",
  reason: "X",
  inputs: "N",
  exports: "KVR",
  fix: "none",
  title: "A Secret with readable values lies in the repository.",
  why: "base64 is no encryption. Whoever can read the repository, or any clone of it, has the value, and it stays in the history.",
  when: "A file with a Secret whose data or stringData holds a value, without the metadata of SOPS. Objects of a cluster and rendered text on standard input are not judged.",
  remedy:
    "Keep it as a SealedSecret, encrypted with SOPS, or as an ExternalSecret, and change the value that was readable.",
  fires: "stringData with a password.",
  quiet:
    "A SealedSecret; values listed in `check.placeholders`; a service account's token; nothing but public certificates.",
  judge: { of: "object", kinds: ["Secret"], judge: judgeSecret },
};

function judgeSecret(object: KubeObject, project: Project): Outcome {
  const { value, document } = object;
  const metadata = fieldsOf(value.metadata);
  const isOfCluster = metadata.uid !== undefined || metadata.resourceVersion !== undefined;
  if (object.apiVersion !== "v1" || document.file === "-" || isOfCluster) return NOT_APPLICABLE;
  if (value.sops !== undefined || value.type === "kubernetes.io/service-account-token") return PASS;
  const found = [
    ...readable("stringData", value.stringData, project),
    ...readable("data", value.data, project),
  ];
  const [first] = found;
  if (first === undefined) return PASS;
  const keys = found.map(({ key }) => key).join(", ");
  return fails({
    severity: "error",
    at: fieldSource(document, [...pathSteps(object.at), first.field, first.key]),
    message: `The Secret ${object.name} holds readable values: ${keys}.`,
    evidence: keys,
  });
}

function readable(
  field: "data" | "stringData",
  values: unknown,
  { parameters }: Project,
): { field: string; key: string }[] {
  return Object.entries(fieldsOf(values)).flatMap(([key, value]) => {
    const text = field === "data" ? decoded(scalarText(value)) : scalarText(value);
    const isSecret = text !== "" && !parameters.placeholders.includes(text) && !isPublic(text);
    return isSecret ? [{ field, key }] : [];
  });
}

/** Text that is no base64 stands for itself: the API server refuses it, and it can be read all the same. */
function decoded(text: string): string {
  try {
    return atob(text.replace(/\s/g, ""));
  } catch {
    return text;
  }
}

const isPublic = (text: string): boolean =>
  text.trimStart().startsWith("-----BEGIN CERTIFICATE-----") && !text.includes("PRIVATE KEY");
