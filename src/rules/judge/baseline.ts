import { fail, ok, type Result } from "#base/result.js";
import type { Severity } from "#rules/rule/rule.js";
import { RULESET } from "./evidence.js";

/** Findings that were there when somebody decided to live with them. */
export interface Baseline {
  readonly schema: typeof BASELINE_SCHEMA;
  readonly ruleset: number;
  readonly findings: readonly BaselineEntry[];
}

export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: Severity;
  /** For people; not compared. */
  readonly subject: string;
}

export const BASELINE_SCHEMA = "hotpod.baseline/v1";

const GRADES: readonly Severity[] = ["info", "warning", "error"];

export function readBaseline(text: string): Result<Baseline, { readonly what: string }> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail({ what: "it is no JSON" });
  }
  const { schema, ruleset, findings } = (value ?? {}) as Partial<Baseline>;
  if (schema !== BASELINE_SCHEMA) return fail({ what: `its schema is not "${BASELINE_SCHEMA}"` });
  if (ruleset !== RULESET) {
    return fail({ what: `it was written for ruleset ${ruleset}, this is ruleset ${RULESET}` });
  }
  if (!Array.isArray(findings) || !findings.every(isEntry)) {
    return fail({ what: "its findings are not as --write-baseline writes them" });
  }
  return ok({ schema, ruleset, findings });
}

function isEntry(value: unknown): value is BaselineEntry {
  const { fingerprint, rule, severity } = (value ?? {}) as Partial<BaselineEntry>;
  return (
    typeof fingerprint === "string" &&
    typeof rule === "string" &&
    GRADES.includes(severity as Severity)
  );
}

/** A worse grade of a known finding is a new one. */
export function isKnown(
  baseline: ReadonlyMap<string, BaselineEntry>,
  fingerprint: string,
  severity: Severity,
): boolean {
  const entry = baseline.get(fingerprint);
  return entry !== undefined && GRADES.indexOf(severity) <= GRADES.indexOf(entry.severity);
}

/** As it is kept: sorted, so that a file under version control changes by its findings alone. */
export function baselineText(entries: readonly BaselineEntry[]): string {
  const findings = [...new Map(entries.map((one) => [one.fingerprint, one])).values()].sort(
    (a, b) => (a.rule === b.rule ? compare(a.fingerprint, b.fingerprint) : compare(a.rule, b.rule)),
  );
  const baseline: Baseline = { schema: BASELINE_SCHEMA, ruleset: RULESET, findings };
  return `${JSON.stringify(baseline, null, 2)}\n`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
