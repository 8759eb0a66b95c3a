import { dayNumber } from "#base/day-number.js";
import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { Project } from "#rules/subject/project.js";
import type { Judged } from "./judge.js";

/** Somebody's word that a finding is to be set aside. */
export interface Suppression {
  readonly rule: string;
  readonly reason: string;
  readonly class: string | null;
  /** `YYYY-MM-DD`, the last day on which it counts. */
  readonly until: string | null;
  readonly container: string | null;
  readonly by: "annotation" | "config" | "comment";
  readonly at: Source;
  /** Whom it is about; null: everybody (hotpod.yaml without a target). */
  readonly target: {
    readonly kind: string | null;
    readonly namespace: string | null;
    readonly name: string;
  } | null;
}

export const SUPPRESSION_CLASSES = ["accepted-risk", "false-positive", "not-our-code"];
const PREFIX = "hotpod.dev/ignore.";

/** Annotations of objects and pod templates, and `check.ignore` of hotpod.yaml. */
export function suppressionsOf(project: Project): readonly Suppression[] {
  const found: Suppression[] = [];
  const objects = [...project.workloads.map(({ object }) => object), ...project.others];
  for (const object of objects)
    found.push(...annotated(object, [...pathSteps(object.at), "metadata"]));
  for (const { object, templatePath, workload } of project.workloads) {
    if (workload.kind !== "Pod") found.push(...annotated(object, [...templatePath, "metadata"]));
  }
  return [...found, ...configured(project)];
}

function annotated(object: KubeObject, path: readonly (string | number)[]): Suppression[] {
  const metadata = path.reduce<unknown>(
    (value, step) => (Array.isArray(value) ? value[Number(step)] : fieldsOf(value)[step]),
    object.document.value,
  );
  const { annotations } = fieldsOf(metadata);
  return Object.entries(fieldsOf(annotations)).flatMap(([key, value]) => {
    if (!key.startsWith(PREFIX)) return [];
    const { kind, namespace, name } = object;
    return [
      {
        ...readText(typeof value === "string" ? value : ""),
        rule: key.slice(PREFIX.length),
        by: "annotation" as const,
        at: fieldSource(object.document, [...path, "annotations", key]),
        target: { kind, namespace: namespace ?? "default", name },
      },
    ];
  });
}

/** `reason; class=accepted-risk; until=2027-01-31; container=app` */
function readText(text: string): Pick<Suppression, "reason" | "class" | "until" | "container"> {
  const parts = text.split(";").map((part) => part.trim());
  const named = new Map<string, string>();
  const words: string[] = [];
  for (const part of parts) {
    const [, key, value] = /^(class|until|container)\s*=\s*(.*)$/.exec(part) ?? [];
    if (key === undefined) words.push(part);
    else named.set(key, value ?? "");
  }
  return {
    reason: words.join("; "),
    class: named.get("class") ?? null,
    until: named.get("until") ?? null,
    container: named.get("container") ?? null,
  };
}

function configured({ hotpodYaml }: Project): Suppression[] {
  const { ignore } = fieldsOf(fieldsOf(hotpodYaml?.value).check);
  if (hotpodYaml === null || !Array.isArray(ignore)) return [];
  return ignore.map((value: unknown, index) => {
    const entry = fieldsOf(value);
    const text = (key: string): string | null => {
      const given = entry[key];
      return typeof given === "string" ? given : null;
    };
    const target = text("target");
    return {
      rule: text("rule") ?? "",
      reason: text("reason") ?? "",
      class: text("class"),
      until: text("until"),
      container: text("container"),
      by: "config" as const,
      at: fieldSource(hotpodYaml, ["check", "ignore", index]),
      target: target === null ? null : targetOf(target),
    };
  });
}

/** `name`, `namespace/name` */
function targetOf(text: string): NonNullable<Suppression["target"]> {
  const [name = "", namespace = null] = text.split("/").reverse();
  return { kind: null, namespace, name };
}

const DAYS_MAX = 180;

export interface WhyNotContext {
  /** null: it is looked at by itself. */
  readonly finding: Judged | null;
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly profile: "dev" | "prod";
}

/** Why a suppression does not count, in words; null: it does. */
export function whyNot(
  suppression: Suppression,
  { finding, today, profile }: WhyNotContext,
): string | null {
  const { until, reason } = suppression;
  const day = until === null ? null : dayNumber(until);
  if (until !== null && day === null) return `until=${until} is no date; write it as 2027-01-31`;
  if (day !== null && day < (dayNumber(today) ?? 0)) return `it ended on ${until}`;
  if (reason.length < REASON_MIN) return "its reason is too short to be one";
  if (suppression.class !== null && !SUPPRESSION_CLASSES.includes(suppression.class)) {
    return `class=${suppression.class} is none of ${SUPPRESSION_CLASSES.join(", ")}`;
  }
  const grave = profile === "prod" && finding?.severity === "error" && finding.rule.reason === "A";
  if (!grave) return null;
  if (suppression.class === null || day === null) {
    return "an error that keeps pods from running is set aside only with class= and until=";
  }
  const far = day - (dayNumber(today) ?? 0) > DAYS_MAX;
  return far ? `until= is more than ${DAYS_MAX} days away` : null;
}

const REASON_MIN = 10;

export function concerns(suppression: Suppression, { rule, subject }: Judged): boolean {
  const { target, container } = suppression;
  if (suppression.rule !== rule.id) return false;
  if (container !== null && container !== subject.container) return false;
  if (target === null) return true;
  return (
    target.name === subject.name &&
    (target.namespace === null || target.namespace === subject.namespace) &&
    (target.kind === null || target.kind === subject.kind)
  );
}

/** A comment `hotpod:ignore HP402 reason…`, with `class=` and `until=` as in annotations; null: the line has none for this rule. */
export function commentFor(line: string, rule: string, at: Source): Suppression | null {
  const [, id, text = ""] =
    /(?:#|\/\/|;)\s*hotpod:ignore\s+(HP\d+)\b\s*(.*)$/.exec(line.slice(0, 2_000)) ?? [];
  if (id !== rule) return null;
  return { ...readText(text), rule, by: "comment", at, target: null };
}
