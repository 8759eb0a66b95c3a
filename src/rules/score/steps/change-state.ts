import { changedValue, type FieldChange } from "#manifest/edit/changed-value.js";
import type { StructTable } from "#manifest/fields/struct-table.js";
import type { SourceDocument } from "#manifest/text/source-document.js";
import { applyFix, type DocumentDraft, type Drafts, draftedFiles } from "#rules/fix/apply-fix.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type ScoreContext,
  scoreWorkload,
  type WorkloadScore,
} from "#rules/score/score-workload.js";
import { changedWorkload, isSame } from "#rules/subject/build-project.js";
import type { Project } from "#rules/subject/project.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** What trying out changes needs. */
export interface ChangeContext extends ScoreContext {
  readonly table: StructTable;
  /** Every file as it was read. */
  readonly texts: ReadonlyMap<string, string>;
  /** The project with other texts of these files, as far as it matters to the workload. */
  readonly rebuilt: (texts: ReadonlyMap<string, string>, workload: WorkloadSubject) => Project;
}

/** A workload with changes made in memory, and what it scores then. */
export interface ChangeState {
  readonly score: WorkloadScore;
  /** Rules and groups that somebody has seen to by hand. */
  readonly assumed: ReadonlySet<string>;
  /** Its document as the files have it, and the text it would have. null: the text is too large to be edited again and again. */
  readonly base: SourceDocument;
  readonly draft: DocumentDraft | null;
  /** Texts of files that differ from those that were read. */
  readonly texts: ReadonlyMap<string, string>;
  /** Changes of its document that no patch shows. */
  readonly unwritten: readonly FieldChange[];
}

/** A document with hundreds of objects is changed in values alone. */
const EDITED_CHARACTERS_MAX = 200_000;

export function startState(score: WorkloadScore): ChangeState {
  const { document } = score.workload.object;
  return {
    score,
    assumed: new Set(),
    base: document,
    draft: draftOf(document),
    texts: new Map(),
    unwritten: [],
  };
}

function draftOf({ text, value }: SourceDocument): DocumentDraft | null {
  return text.length > EDITED_CHARACTERS_MAX ? null : { text, value };
}

/** With a fix made, in values alone where that is enough. null: it cannot be made, or the API server would refuse it. */
export function withFix(state: ChangeState, fix: Fix, context: ChangeContext): ChangeState | null {
  const own = ownChanges(state, fix);
  if (own === null) return withFiles(state, fix, context);
  const workload = changed(state, own, context);
  return workload === null ? null : rescored(state, workload, context);
}

/** The text that goes with a fix of the workload's own document; null: its text does not allow it. */
export function written(before: ChangeState, after: ChangeState, fix: Fix): ChangeState | null {
  const own = ownChanges(before, fix);
  if (own === null || before.draft === null) return after;
  const drafted = applyFix(draftsOf(before), inBase(before, fix));
  if (!drafted.ok) return null;
  return { ...after, draft: drafted.value.documents.get(before.base) ?? before.draft };
}

/** With fields of its document changed that no patch shows. */
export function withUnwritten(
  state: ChangeState,
  changes: readonly FieldChange[],
  context: ChangeContext,
): ChangeState | null {
  const workload = changed(state, changes, context);
  if (workload === null) return null;
  const after = rescored(state, workload, context);
  return after === null ? null : { ...after, unwritten: [...state.unwritten, ...changes] };
}

function ownChanges({ score }: ChangeState, { changes }: Fix): readonly FieldChange[] | null {
  const { document } = score.workload.object;
  const own = changes.flatMap((change): FieldChange[] =>
    "path" in change && change.document === document ? [change] : [],
  );
  return own.length === changes.length ? own : null;
}

function changed(
  { score }: ChangeState,
  changes: readonly FieldChange[],
  { table }: ChangeContext,
): WorkloadSubject | null {
  const { document } = score.workload.object;
  return changedWorkload(score.workload, changedValue(document.value, changes), table);
}

function rescored(
  state: ChangeState,
  workload: WorkloadSubject,
  context: ChangeContext,
): ChangeState | null {
  const score = scoreWorkload(workload, context, state.assumed);
  return score === null ? null : { ...state, score };
}

/** Files that others share are read again, with everything that depends on them. */
function withFiles(state: ChangeState, fix: Fix, context: ChangeContext): ChangeState | null {
  if (state.draft === null) return null;
  const texts = new Map([...context.texts, ...state.texts]);
  const drafted = applyFix(draftsOf(state), inBase(state, fix));
  if (!drafted.ok) return null;
  const changedTexts = new Map([...state.texts, ...draftedFiles(drafted.value, texts)]);
  const { workload } = state.score.workload;
  const project = context.rebuilt(changedTexts, state.score.workload);
  const found = project.workloads.find((one) => isSame(one.workload, workload));
  const score = found === undefined ? null : scoreWorkload(found, context, state.assumed);
  if (score === null) return null;
  const after = { ...startState(score), assumed: state.assumed, texts: changedTexts };
  return state.unwritten.length === 0 ? after : withUnwritten(after, state.unwritten, context);
}

function draftsOf({ base, draft }: ChangeState): Drafts {
  const isChanged = draft !== null && draft.text !== base.text;
  return { files: new Map(), documents: isChanged ? new Map([[base, draft]]) : new Map() };
}

/** The workload's document is another value after every change; its text is that of the file. */
function inBase({ score, base }: ChangeState, fix: Fix): Fix {
  const { document } = score.workload.object;
  const changes = fix.changes.map((change) =>
    "path" in change && change.document === document ? { ...change, document: base } : change,
  );
  return { ...fix, changes };
}

/** One text with a step made. */
export interface ChangedText {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What a step changes: its document alone, or whole files that others share. */
export function changedTexts(
  before: ChangeState,
  after: ChangeState,
  context: ChangeContext,
): readonly ChangedText[] {
  if (after.texts === before.texts) {
    const [was, is] = [before.draft?.text ?? "", after.draft?.text ?? ""];
    return was === is ? [] : [{ file: before.base.file, before: was, after: is }];
  }
  const was = new Map([...context.texts, ...writtenTexts(before, context)]);
  return [...after.texts].flatMap(([file, is]) => {
    const old = was.get(file) ?? "";
    return old === is ? [] : [{ file, before: old, after: is }];
  });
}

/** Every file that differs from what was read, as a whole. */
export function writtenTexts(
  state: ChangeState,
  context: ChangeContext,
): ReadonlyMap<string, string> {
  const texts = new Map([...context.texts, ...state.texts]);
  return new Map([...state.texts, ...draftedFiles(draftsOf(state), texts)]);
}
