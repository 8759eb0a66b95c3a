import { UserError } from "#base/user-error.js";
import { writeReport } from "#cli/simulate/forms/render-reports.js";
import { readInputText } from "#cli/simulate/load-manifests.js";
import type { LineWriter } from "#edge/line-writer.js";
import { type Suppressed, subjectText } from "#report/check/check-report.js";
import { type BaselineEntry, baselineText, isKnown, readBaseline } from "#rules/judge/baseline.js";
import type { CheckOptions } from "./check-options.js";
import type { Review } from "./report-of.js";

/** Sets aside what the baseline knows. */
export function applyBaseline(reviewed: Review, file: string | null): Review {
  if (file === null) return reviewed;
  const known = entriesOf(file);
  const suppressed = new Map(reviewed.suppressed);
  for (const one of reviewed.judgement.findings) {
    const fingerprint = reviewed.fingerprints.get(one) ?? "";
    if (suppressed.has(one) || !isKnown(known, fingerprint, one.severity)) continue;
    const aside: Suppressed = { by: "baseline", justification: `in ${file}` };
    suppressed.set(one, aside);
  }
  return { ...reviewed, suppressed };
}

function entriesOf(file: string): ReadonlyMap<string, BaselineEntry> {
  const read = readBaseline(readInputText(file));
  if (read.ok) return new Map(read.value.findings.map((one) => [one.fingerprint, one]));
  throw new UserError({
    code: "bad-baseline",
    message: `${file}: ${read.error.what}`,
    hint: `Write it anew: hotpod check … --write-baseline ${file}`,
  });
}

/** All that is found now, or with `--prune-baseline` what of the baseline is still found. */
export function writeBaseline(reviewed: Review, options: CheckOptions, out: LineWriter): number {
  const target = options.writeBaseline ?? options.baseline;
  if (target === null) {
    throw new UserError({
      code: "bad-flag",
      message: "--prune-baseline without a baseline",
      hint: "Name it: --baseline FILE --prune-baseline",
    });
  }
  const wanted = (by: Suppressed["by"] | null): boolean =>
    options.writeBaseline === null ? by === "baseline" : by === null || by === "baseline";
  const entries = reviewed.judgement.findings
    .filter((one) => wanted(reviewed.suppressed.get(one)?.by ?? null))
    .map((one) => ({
      fingerprint: reviewed.fingerprints.get(one) ?? "",
      rule: one.rule.id,
      severity: one.severity,
      subject: subjectText(one.subject),
    }));
  writeReport(target, baselineText(entries));
  out.write(`wrote ${target}: ${entries.length} ${entries.length === 1 ? "finding" : "findings"}`);
  return 0;
}
