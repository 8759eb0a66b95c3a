import type { Judged } from "./judge.js";

export const RULESET = 1;

/**
 * What stays the same of a finding while its text moves: the rule, whom it is about, and where in it. No line numbers, and a
 * container is known by its name, so neither moving text nor other containers change it.
 */
export function evidenceOf({ rule, subject, fault }: Judged): string {
  const { kind, namespace, name, container } = subject;
  return JSON.stringify([
    rule.id,
    RULESET,
    kind,
    namespace,
    name,
    container,
    placeOf(fault, container),
    fault.evidence ?? "",
  ]);
}

function placeOf({ at }: Judged["fault"], container: string | null): string {
  if (at.kind === "said") return at.by;
  if (at.kind === "text") return at.region.file.split("/").at(-1) ?? "";
  const list = at.path.findIndex((step) => step === "containers" || step === "initContainers");
  const inside = container !== null && list >= 0 ? at.path.slice(list + 2) : at.path;
  return inside.filter((step) => step !== "items").join("/");
}
