import { fail, ok, type Result } from "#base/result.js";
import { changedValue } from "#manifest/edit/changed-value.js";
import { type EditRefusal, editDocument } from "#manifest/edit/edit-document.js";
import { setTomlKey } from "#manifest/edit/toml-edit.js";
import type { SourceDocument } from "#manifest/text/source-document.js";
import type { Change, Fix } from "#rules/rule/fix.js";

/** Files being changed: texts of whole files, and the documents of manifests by themselves. */
export interface Drafts {
  readonly files: ReadonlyMap<string, string>;
  readonly documents: ReadonlyMap<SourceDocument, DocumentDraft>;
}

/** A document's text and value with the changes made so far. */
export interface DocumentDraft {
  readonly text: string;
  readonly value: unknown;
}

export const NO_DRAFTS: Drafts = { files: new Map(), documents: new Map() };

/** All changes of a fix, or none. */
export function applyFix(drafts: Drafts, fix: Fix): Result<Drafts, EditRefusal> {
  const files = new Map(drafts.files);
  const documents = new Map(drafts.documents);
  for (const change of fix.changes) {
    const done = applyChange({ files, documents }, change);
    if (!done.ok) return done;
  }
  return ok({ files, documents });
}

function applyChange(
  drafts: { files: Map<string, string>; documents: Map<SourceDocument, DocumentDraft> },
  change: Change,
): Result<null, EditRefusal> {
  if ("path" in change) {
    const { document } = change;
    const draft = drafts.documents.get(document) ?? document;
    const { text, value } = draft;
    const edited = editDocument({ text, value, format: document.format }, change);
    if (!edited.ok) return edited;
    drafts.documents.set(document, { text: edited.value, value: changedValue(value, [change]) });
    return ok(null);
  }
  const text = drafts.files.get(change.file) ?? change.text;
  if (change.kind === "toml") {
    const edited = setTomlKey(text, change.table, change.key, change.value);
    if (!edited.ok) return edited;
    drafts.files.set(change.file, edited.value);
    return ok(null);
  }
  // Offsets are of the text as it was read.
  if (text !== change.text)
    return fail({ what: `${change.file} is changed by another fix already` });
  drafts.files.set(
    change.file,
    text.slice(0, change.start) + change.newText + text.slice(change.end),
  );
  return ok(null);
}

/** The whole texts of the files that a draft changes. `texts`: as they were read. */
export function draftedFiles(
  { files, documents }: Drafts,
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const result = new Map(files);
  const byFile = new Map<string, [SourceDocument, DocumentDraft][]>();
  for (const entry of documents) {
    const of = byFile.get(entry[0].file) ?? [];
    byFile.set(entry[0].file, [...of, entry]);
  }
  for (const [file, entries] of byFile) {
    const before = texts.get(file);
    if (before !== undefined) result.set(file, withDocuments(before, entries));
  }
  return result;
}

function withDocuments(
  before: string,
  entries: readonly (readonly [SourceDocument, DocumentDraft])[],
): string {
  const starts = lineStarts(before);
  const mark = before.startsWith("\uFEFF") ? 1 : 0;
  const sorted = entries.toSorted(([a], [b]) => a.linesBefore - b.linesBefore);
  let text = "";
  let done = 0;
  for (const [document, draft] of sorted) {
    const start = document.linesBefore === 0 ? mark : (starts[document.linesBefore] ?? 0);
    text += before.slice(done, start) + draft.text;
    done = start + document.text.length;
  }
  return text + before.slice(done);
}

/** The offset of every line's first character. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** What differs between two texts as one replacement. */
export function replacement(
  before: string,
  after: string,
): { readonly start: number; readonly end: number; readonly newText: string } {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (
    same < most - start &&
    before[before.length - 1 - same] === after[after.length - 1 - same]
  ) {
    same++;
  }
  return { start, end: before.length - same, newText: after.slice(start, after.length - same) };
}
