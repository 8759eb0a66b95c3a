import { structuredPatch } from "diff";
import { shortDigest } from "#edge/store/short-digest.js";
import { regionOf } from "#manifest/text/source.js";
import type {
  CheckFinding,
  CheckFix,
  CheckProblem,
  CheckReport,
  CheckSubject,
  Suppressed,
} from "#report/check/check-report.js";
import { applyFix, type Drafts, NO_DRAFTS, replacement } from "#rules/fix/apply-fix.js";
import { recheckFix } from "#rules/fix/recheck.js";
import { evidenceOf, RULESET } from "#rules/judge/evidence.js";
import { silencedBy } from "#rules/judge/interactions.js";
import { type Judged, type Judgement, judge, type Subject } from "#rules/judge/judge.js";
import {
  concerns,
  ignoredByComment,
  type Suppression,
  suppressionsOf,
  whyNot,
} from "#rules/judge/suppression.js";
import type { Rule } from "#rules/rule/rule.js";
import type { LoadedProject } from "./load-project.js";
import { type Places, placesIn } from "./places.js";
import { ruleEntry } from "./rule-entry.js";

/** A judgement with what is set aside, and the fixes that were judged again and can be offered. */
export interface Review {
  readonly judgement: Judgement;
  readonly suppressed: ReadonlyMap<Judged, Suppressed>;
  readonly fingerprints: ReadonlyMap<Judged, string>;
}

export function review(loaded: LoadedProject, rules: readonly Rule[]): Review {
  const judgement = judge(loaded.project, rules);
  const suppressed = new Map<Judged, Suppressed>();
  for (const [one, by] of silencedBy(judgement.findings)) {
    suppressed.set(one, { by: "interaction", justification: `${by} says it` });
  }
  const words = suppressionsOf(loaded.project);
  const lines = new Map<string, readonly string[]>();
  for (const [file, text] of loaded.texts) {
    if (text.includes("hotpod:ignore")) lines.set(file, text.split("\n"));
  }
  for (const one of judgement.findings) {
    if (suppressed.has(one)) continue;
    const aside = setAside(one, words, loaded, lines);
    if (aside !== null) suppressed.set(one, aside);
  }
  const fingerprints = new Map(
    judgement.findings.map((one) => [one, shortDigest(evidenceOf(one))] as const),
  );
  return { judgement, suppressed, fingerprints };
}

/** By an annotation, hotpod.yaml, or a comment on its line or the one above. */
function setAside(
  finding: Judged,
  words: readonly Suppression[],
  { project }: LoadedProject,
  lines: ReadonlyMap<string, readonly string[]>,
): Suppressed | null {
  const said = words.find(
    (one) => concerns(one, finding) && whyNot(one, finding, project.parameters.today) === null,
  );
  if (said !== undefined) return { by: said.by, justification: said.reason };
  const region = lines.size === 0 ? null : regionOf(finding.fault.at);
  const text = region === null ? undefined : lines.get(region.file);
  if (region === null || text === undefined) return null;
  for (const line of [text[region.line - 1], text[region.line - 2]]) {
    const reason = ignoredByComment(line ?? "", finding.rule.id);
    if (reason !== null) return { by: "comment", justification: reason };
  }
  return null;
}

export function reportOf(
  loaded: LoadedProject,
  rules: readonly Rule[],
  { judgement, suppressed, fingerprints }: Review,
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
      related: (fault.related ?? []).flatMap(({ source, message }) => {
        const place = places.of(source);
        return place === null ? [] : [{ place, message }];
      }),
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
