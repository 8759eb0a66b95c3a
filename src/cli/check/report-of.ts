import { structuredPatch } from "diff";
import { shortDigest } from "#edge/store/short-digest.js";
import type { Source } from "#manifest/text/source.js";
import type {
  CheckFinding,
  CheckFix,
  CheckProblem,
  CheckReport,
  CheckSubject,
  Suppressed,
} from "#report/check/check-report.js";
import { RULES } from "#rules/catalogue.js";
import { applyFix, type Drafts, NO_DRAFTS, replacement } from "#rules/fix/apply-fix.js";
import { recheckFix } from "#rules/fix/recheck.js";
import { idleFault, suppressionHygiene } from "#rules/hp13/hp1307-suppression-hygiene.js";
import { evidenceOf, RULESET } from "#rules/judge/evidence.js";
import {
  type Judged,
  type Judgement,
  judge,
  OF_PROJECT,
  type Subject,
} from "#rules/judge/judge.js";
import { type SetAside, setAside } from "#rules/judge/set-aside.js";
import type { Rule } from "#rules/rule/rule.js";
import type { LoadedProject } from "./load-project.js";
import { type Places, placesIn } from "./places.js";
import { ruleEntry } from "./rule-entry.js";

/** A judgement with what is set aside, and what was meant to be. */
export interface Review {
  readonly judgement: Judgement;
  readonly suppressed: ReadonlyMap<Judged, Suppressed>;
  readonly refused: SetAside["refused"];
  readonly fingerprints: ReadonlyMap<Judged, string>;
}

export function review(loaded: LoadedProject, rules: readonly Rule[]): Review {
  const judged = judge(loaded.project, rules);
  const { aside, refused, idle } = setAside(loaded.project, judged, loaded.texts);
  // With some of the rules only, a suppression of another one hides nothing by design.
  const hygiene = rules.length === RULES.length ? idle : [];
  const more = hygiene.map((one): Judged => {
    const fault = idleFault(one);
    return { rule: suppressionHygiene, subject: OF_PROJECT, fault, severity: fault.severity };
  });
  const judgement = { ...judged, findings: [...judged.findings, ...more] };
  const fingerprints = new Map(
    judgement.findings.map((one) => [one, shortDigest(evidenceOf(one))] as const),
  );
  return { judgement, suppressed: aside, refused, fingerprints };
}

export function reportOf(
  loaded: LoadedProject,
  rules: readonly Rule[],
  { judgement, suppressed, refused, fingerprints }: Review,
): CheckReport {
  const places = placesIn(loaded.texts);
  const finding = (one: Judged): CheckFinding => {
    const { rule, fault, subject, severity } = one;
    const aside = suppressed.get(one) ?? null;
    return {
      rule: rule.id,
      name: rule.name,
      grade: severity,
      certainty: fault.certainty ?? null,
      subject: subjectOf(subject),
      message: fault.message,
      place: places.of(fault.at),
      related: [...(fault.related ?? []), ...refusal(refused.get(one))].flatMap(
        ({ source, message }) => {
          const place = places.of(source);
          return place === null ? [] : [{ place, message }];
        },
      ),
      formula: fault.figures ?? [],
      fix: aside === null ? offeredFix(loaded, rules, one, places) : null,
      remedy: fault.remedy ?? rule.remedy,
      fingerprint: fingerprints.get(one) ?? "",
      suppressed: aside,
    };
  };
  return {
    ruleset: RULESET,
    profile: loaded.project.parameters.profile,
    files: loaded.texts.size,
    workloads: loaded.project.workloads.length,
    findings: judgement.findings.map(finding),
    open: judgement.open.map(({ rule, subject, missing }) => ({
      rule: rule.id,
      name: rule.name,
      subject: subjectOf(subject),
      missing,
    })),
    problems: problemsOf(loaded),
    rules: rules.map(ruleEntry),
  };
}

function refusal(refused: { readonly at: Source; readonly why: string } | undefined) {
  if (refused === undefined) return [];
  return [{ source: refused.at, message: `It is not set aside: ${refused.why}.` }];
}

function subjectOf({ kind, namespace, name, container }: Subject): CheckSubject {
  return { kind, namespace, name, container };
}

/** A fix that would bring a new finding, or that the file's text does not allow, is not offered. */
function offeredFix(
  loaded: LoadedProject,
  rules: readonly Rule[],
  finding: Judged,
  places: Places,
): CheckFix | null {
  const { fix } = finding.fault;
  if (fix === undefined) return null;
  const { added, stays, refused } = recheckFix(finding, fix, rules, loaded.table);
  if (added.length > 0 || stays || refused) return null;
  const drafted = applyFix(NO_DRAFTS, fix);
  if (!drafted.ok) return null;
  const edits = editsOf(drafted.value, loaded.texts, places).map((edit) => {
    const [start, end] = [edit.start, edit.end].map((at) => places.lineAndColumn(edit.file, at));
    return {
      ...edit,
      startLine: start?.line ?? 1,
      startColumn: start?.column ?? 1,
      endLine: end?.line ?? 1,
      endColumn: end?.column ?? 1,
    };
  });
  return { kind: fix.kind, title: fix.title, diff: smallDiff(loaded, drafted.value), edits };
}

/** Offsets in whole files. Documents are compared by themselves, so that a large file costs no more than a small one. */
function editsOf(
  drafts: Drafts,
  texts: ReadonlyMap<string, string>,
  places: Places,
): { file: string; start: number; end: number; newText: string }[] {
  const inDocuments = [...drafts.documents].map(([document, { text }]) => {
    const { file, linesBefore } = document;
    const mark = texts.get(file)?.startsWith("\uFEFF") ? 1 : 0;
    const from = linesBefore === 0 ? mark : places.offsetOf(file, linesBefore + 1);
    const edit = replacement(document.text, text);
    return { file, ...edit, start: from + edit.start, end: from + edit.end };
  });
  const inFiles = [...drafts.files].map(([file, text]) => {
    return { file, ...replacement(texts.get(file) ?? "", text) };
  });
  return [...inDocuments, ...inFiles];
}

/** The lines that change and one around them. Of the documents alone, so that a large file costs no more than a small one. */
function smallDiff(loaded: LoadedProject, drafts: Drafts): string {
  const parts = [
    ...[...drafts.documents].map(([document, { text }]) => [document.text, text] as const),
    ...[...drafts.files].map(([file, text]) => [loaded.texts.get(file) ?? "", text] as const),
  ];
  return parts
    .flatMap(([before, after]) =>
      structuredPatch("", "", before, after, "", "", { context: 1 }).hunks.flatMap(
        ({ lines }) => lines,
      ),
    )
    .join("\n");
}

export function problemsOf(loaded: LoadedProject): CheckProblem[] {
  const unread = loaded.unread.map(({ place, what }) => ({
    where: `${place.file === "-" ? "standard input" : place.file}:${place.line}:${place.column}`,
    what,
    hint: "The documents beside it were judged.",
  }));
  return [...unread, ...loaded.problems];
}
