import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import { items } from "#manifest/kube/defaults.js";
import type { Maybe, RawPodTemplate } from "#manifest/kube/raw-pod.js";
import type { RawSelector } from "#manifest/kube/raw-workload.js";
import { type FieldError, invalid, required } from "./field-error.js";

/** `kind`: as the API server names it there, not always rightly. */
export function validateSelector(
  selector: Maybe<RawSelector>,
  template: Maybe<RawPodTemplate>,
  kind: "deployment" | "statefulset" | "daemonset",
  spec: FieldPath,
): FieldError[] {
  const at = inside(spec, "selector");
  const errors: FieldError[] = [];
  if (selector === null || selector === undefined) {
    if (kind !== "daemonset") errors.push(required(at));
  } else if (isEmpty(selector)) {
    errors.push(invalid(at, {}, `empty selector is invalid for ${kind}`));
  }
  return errors.concat(labelErrors(selector, template, spec));
}

/** The selector of a workload has to select what its template makes. */
function labelErrors(
  selector: Maybe<RawSelector>,
  template: Maybe<RawPodTemplate>,
  spec: FieldPath,
): FieldError[] {
  const labels = template?.metadata?.labels ?? null;
  if (matches(selector, labels)) return [];
  const at = inside(spec, "template", "metadata", "labels");
  return [invalid(at, sorted(labels), "`selector` does not match template `labels`")];
}

function isEmpty(selector: RawSelector): boolean {
  const { matchLabels, matchExpressions } = selector;
  return Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0;
}

type Labels = Readonly<Record<string, string | null>> | null;

function sorted(labels: Labels): Labels {
  if (labels === null) return null;
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An empty selector selects everything, none at all nothing. */
function matches(selector: Maybe<RawSelector>, labels: Labels): boolean {
  if (selector === null || selector === undefined) return false;
  const labelOf = (key: string): string | null =>
    labels !== null && Object.hasOwn(labels, key) ? (labels[key] ?? "") : null;
  const pairs = Object.entries(selector.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => labelOf(key) === (value ?? "")) &&
    items(selector.matchExpressions).every(({ key, operator, values }) => {
      const value = labelOf(key ?? "");
      const listed = value !== null && (values ?? []).includes(value);
      if (operator === "In") return listed;
      if (operator === "NotIn") return !listed;
      return operator === "Exists" ? value !== null : value === null;
    })
  );
}
