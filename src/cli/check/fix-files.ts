import { createTwoFilesPatch } from "diff";
import { UserError } from "#base/user-error.js";
import { writeReport } from "#cli/simulate/forms/render-reports.js";
import type { LineWriter } from "#edge/line-writer.js";
import { subjectText } from "#report/check/check-report.js";
import { applyFix, type Drafts, draftedFiles, NO_DRAFTS } from "#rules/fix/apply-fix.js";
import { recheckFix } from "#rules/fix/recheck.js";
import type { Judged } from "#rules/judge/judge.js";
import type { Rule } from "#rules/rule/rule.js";
import { applyBaseline } from "./baseline-file.js";
import type { CheckOptions } from "./check-options.js";
import { type LoadedProject, loadProject } from "./load-project.js";
import { problemsOf, review } from "./report-of.js";

/** What became of one fix. */
interface FixStep {
  readonly finding: Judged;
  /** null: it was made. */
  readonly why: string | null;
}

export interface PlannedFixes {
  readonly steps: readonly FixStep[];
  /** Whole new texts. */
  readonly files: ReadonlyMap<string, string>;
}

/** `--fix`: makes every fix that can be made at once, writes the files (or shows the difference), and says what was left. */
export function fixFiles(options: CheckOptions, rules: readonly Rule[], out: LineWriter): number {
  const loaded = loadProject(options);
  const { steps, files } = planFixes(loaded, rules, options);
  const show = options.diff || options.dryRun;
  if ((files.has("-") || options.context !== null) && !show) {
    throw new UserError({
      code: "bad-flag",
      message: "standard input and a cluster cannot be changed",
      hint: "Show what would change: --fix --diff",
    });
  }
  for (const [file, after] of files) {
    const before = loaded.texts.get(file) ?? "";
    if (show)
      out.write(createTwoFilesPatch(file, file, before, after, "", "", { context: 3 }).trimEnd());
    else writeReport(file, after);
  }
  if (!options.diff) {
    for (const { finding, why } of steps) {
      const { rule, subject, fault } = finding;
      const what = `${rule.id} ${subjectText(subject)}: ${fault.fix?.title ?? ""}`;
      out.write(why === null ? `fixed ${what}` : `left ${what} (${why})`);
    }
    const made = steps.filter(({ why }) => why === null).length;
    const verb = options.dryRun ? "would be made" : "made";
    out.write(
      `${made} of ${steps.length} fixes ${verb} in ${files.size} ${files.size === 1 ? "file" : "files"}.`,
    );
  }
  return problemsOf(loaded).length > 0 ? 2 : 0;
}

/** A fix that another one of the same run gets in the way of waits for the next run. */
export function planFixes(
  loaded: LoadedProject,
  rules: readonly Rule[],
  options: Pick<CheckOptions, "fix" | "baseline">,
): PlannedFixes {
  const reviewed = applyBaseline(review(loaded, rules), options.baseline);
  const wanted = reviewed.judgement.findings.filter(
    (one) =>
      !reviewed.suppressed.has(one) &&
      (one.fault.fix?.kind === "safe" ||
        (options.fix === "suggested" && one.fault.fix !== undefined)),
  );
  let drafts: Drafts = NO_DRAFTS;
  const touched = new Map<string, Judged>();
  const steps: FixStep[] = [];
  for (const finding of wanted) {
    const why = reasonNot(finding, loaded, rules, touched);
    const { fix } = finding.fault;
    if (why !== null || fix === undefined) {
      steps.push({ finding, why });
      continue;
    }
    const done = applyFix(drafts, fix);
    if (done.ok) drafts = done.value;
    for (const place of placesOf(finding)) touched.set(place, finding);
    steps.push({ finding, why: done.ok ? null : done.error.what });
  }
  return { steps, files: draftedFiles(drafts, loaded.texts) };
}

function reasonNot(
  finding: Judged,
  loaded: LoadedProject,
  rules: readonly Rule[],
  touched: ReadonlyMap<string, Judged>,
): string | null {
  const { fix } = finding.fault;
  if (fix === undefined) return "there is no patch";
  const other = placesOf(finding)
    .map((place) => touched.get(place))
    .find((one) => one !== undefined);
  if (other !== undefined) return `${other.rule.id} changes the same place; run it again`;
  const { added, stays, refused } = recheckFix(finding, fix, rules, loaded.table);
  const [first] = added;
  if (refused) return "the API server would refuse the result";
  if (first !== undefined) return `it would bring ${first.rule.id}: ${first.fault.message}`;
  return stays ? "it would not be enough" : null;
}

/** The probe, the list or the field that a fix is about: two fixes of one probe are made one after the other. */
function placesOf({ fault, subject }: Judged): string[] {
  return (fault.fix?.changes ?? []).map((change) => {
    if (!("path" in change))
      return JSON.stringify([change.file, "key" in change ? change.key : ""]);
    const { file, linesBefore } = change.document;
    const probe = change.path.findIndex((step) => /Probe$/.test(String(step)));
    const path = probe < 0 ? change.path : change.path.slice(0, probe + 1);
    return JSON.stringify([file, linesBefore, subject.name, path]);
  });
}
