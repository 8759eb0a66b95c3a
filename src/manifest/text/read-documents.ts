import { load, type Schema, YAMLException } from "js-yaml";
import { expandedSize } from "./expanded-size.js";
import { jsonItems } from "./json-items.js";
import { kubernetesSchema } from "./kubernetes-yaml.js";
import type { Place, SourceDocument, TextProblem } from "./source-document.js";
import { type DocumentText, splitDocuments } from "./split-documents.js";
import { templateMarker } from "./template-marker.js";

export interface ReadDocuments {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly TextProblem[];
}

/** Of one file. A list of everything in a large cluster is smaller. */
export const FILE_CHARACTERS_MAX = 128 * 2 ** 20;
/** Of one document, with its aliases written out. etcd takes objects of 1.5 MB. */
const VALUES_MAX = 2_000_000;
const DEPTH_MAX = 200;

/**
 * Reads a stream of YAML documents, or JSON, as kubectl would. Fast, because it keeps no positions: `positionOf` finds one
 * when it is asked for.
 */
export function readDocuments(text: string, file: string): ReadDocuments {
  const problems: TextProblem[] = [];
  const stream = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (stream.length > FILE_CHARACTERS_MAX) {
    const what = `${Math.ceil(stream.length / 2 ** 20)} MB of text, at most ${FILE_CHARACTERS_MAX / 2 ** 20} are read`;
    return { documents: [], problems: [{ kind: "too-large", place: startOf(file), what }] };
  }
  const whole = jsonDocument(stream, file);
  if (whole !== null) return { documents: listed(whole) ?? [whole], problems };
  const schema = kubernetesSchema();
  const documents: SourceDocument[] = [];
  for (const one of splitDocuments(stream)) {
    const read = readOne(one, file, schema);
    if ("kind" in read) problems.push(read);
    else documents.push(read);
  }
  return { documents, problems };
}

/** JSON that parses is taken by the faster parser; JSON that does not goes to the other, which says where it is wrong. */
function jsonDocument(text: string, file: string): SourceDocument | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return { file, text, linesBefore: 0, value: JSON.parse(text) as unknown, format: "json" };
  } catch {
    return null;
  }
}

/** The objects of a List, each a document of its own; null: it is none, or is not written line by line. */
function listed({ file, text, value, format }: SourceDocument): SourceDocument[] | null {
  const { kind, items } = value as Readonly<Record<string, unknown>>;
  if (kind !== "List" || !Array.isArray(items) || items.length === 0) return null;
  const texts = jsonItems(text);
  if (texts === null || texts.length !== items.length) return null;
  return texts.map((one, index) => ({ file, ...one, value: items[index] as unknown, format }));
}

function readOne(one: DocumentText, file: string, schema: Schema): SourceDocument | TextProblem {
  const at = (offset: number): Place => placeAt(one, file, offset);
  try {
    const value = load(one.text, { schema, maxDepth: DEPTH_MAX, maxTotalMergeKeys: 100_000 });
    const marker = templateMarker(one.text, true);
    if (marker !== null) return template(at(marker));
    if (one.text.includes("*") && expandedSize(value) > VALUES_MAX) {
      const what = `its aliases write out to more than ${VALUES_MAX.toLocaleString("en")} values`;
      return { kind: "aliases", place: at(0), what };
    }
    return { file, ...one, value, format: "yaml" };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const marker = templateMarker(one.text, false);
    if (marker !== null) return template(at(marker));
    return {
      kind: kindOf(error.reason),
      place: at(error.mark?.position ?? 0),
      what: error.reason,
    };
  }
}

const template = (place: Place): TextProblem => ({
  kind: "template",
  place,
  what: "a template that is not rendered",
});

function kindOf(reason: string): TextProblem["kind"] {
  if (reason === "duplicated mapping key") return "duplicate-key";
  return /depth|merge keys/i.test(reason) ? "too-deep" : "syntax";
}

/** Of an offset in a document's text. */
export function placeAt(
  one: Pick<SourceDocument, "text" | "linesBefore">,
  file: string,
  offset: number,
): Place {
  const before = one.text.slice(0, offset);
  const lastNewline = before.lastIndexOf("\n");
  let line = 1;
  for (let i = before.indexOf("\n"); i >= 0; i = before.indexOf("\n", i + 1)) line++;
  return { file, line: one.linesBefore + line, column: offset - lastNewline };
}

const startOf = (file: string): Place => ({ file, line: 1, column: 1 });
