/** What `hotpod check` found. One value, every format is made of it. */
export interface CheckReport {
  readonly ruleset: number;
  readonly profile: "dev" | "prod";
  /** Files that were read. */
  readonly files: number;
  /** Workloads that were judged. */
  readonly workloads: number;
  readonly findings: readonly CheckFinding[];
  readonly open: readonly OpenEntry[];
  /** What could not be read; everything else was judged all the same. */
  readonly problems: readonly CheckProblem[];
  /** Of the rules that were asked. */
  readonly rules: readonly RuleEntry[];
}

export type Grade = "error" | "warning" | "info";

export interface CheckFinding {
  readonly rule: string;
  readonly name: string;
  readonly grade: Grade;
  readonly certainty: "certain" | "possible" | "tight" | null;
  readonly subject: CheckSubject;
  /** One sentence with the numbers put in. */
  readonly message: string;
  /** null: it stands in no file. */
  readonly place: CheckPlace | null;
  readonly related: readonly { readonly place: CheckPlace; readonly message: string }[];
  /** What was put in. */
  readonly formula: readonly FormulaFigure[];
  readonly fix: CheckFix | null;
  /** What to do, in a sentence. */
  readonly remedy: string;
  /** Stable while text moves. */
  readonly fingerprint: string;
  readonly suppressed: Suppressed | null;
}

export interface CheckSubject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly container: string | null;
}

/** Lines and columns count from 1; the end is just behind the last character. */
export interface CheckPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The whole first line; "" where it is not known. */
  readonly text: string;
}

export interface FormulaFigure {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

export interface CheckFix {
  readonly kind: "safe" | "suggested";
  readonly title: string;
  /** The lines that change, behind `+`, `-` or a space, and one around them. */
  readonly diff: string;
  readonly edits: readonly CheckEdit[];
}

/** Replaces the characters of a file between two offsets (UTF-16). */
export interface CheckEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
}

export interface Suppressed {
  readonly by: "annotation" | "comment" | "config" | "baseline" | "interaction";
  readonly justification: string;
}

export interface OpenEntry {
  readonly rule: string;
  readonly name: string;
  readonly subject: CheckSubject;
  readonly missing: readonly { readonly input: string; readonly say: string }[];
}

export interface CheckProblem {
  readonly where: string;
  readonly what: string;
  readonly hint: string;
}

/** A rule as people read it. */
export interface RuleEntry {
  readonly id: string;
  readonly name: string;
  readonly grade: Grade;
  readonly reason: string;
  readonly lessInDev: boolean;
  readonly inputs: string;
  readonly exports: string;
  readonly fix: string;
  readonly title: string;
  readonly why: string;
  readonly when: string;
  readonly remedy: string;
  readonly fires: string;
  readonly quiet: string;
  readonly peers: string | null;
}

/** Findings that nobody has set aside. */
export function activeFindings({ findings }: Pick<CheckReport, "findings">): CheckFinding[] {
  return findings.filter(({ suppressed }) => suppressed === null);
}

export function subjectText({ kind, namespace, name, container }: CheckSubject): string {
  const owner = namespace === null ? name : `${namespace}/${name}`;
  const head = owner === "" ? kind : `${kind} ${owner}`;
  return container === null ? head : `${head}, container ${container}`;
}
