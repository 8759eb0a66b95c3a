import { UserError } from "#base/user-error.js";
import { findInput, type InputLimits } from "#edge/input-files.js";
import { FILE_CHARACTERS_MAX, readDocuments } from "#manifest/text/read-documents.js";
import {
  placeText,
  type SourceDocument,
  type TextProblem,
} from "#manifest/text/source-document.js";

export interface LoadedManifests {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly TextProblem[];
  /** For messages: what was read. */
  readonly named: string;
}

const INPUT_LIMITS: InputLimits = {
  bytesMax: FILE_CHARACTERS_MAX,
  filesMax: 5_000,
  endings: [".yaml", ".yml", ".json"],
};

/** Reads files, folders of them, and standard input (`-`). A template is a mistake of the call, not of the manifest. */
export function loadManifests(paths: readonly string[]): LoadedManifests {
  if (paths.length === 0) {
    throw new UserError({
      code: "no-manifest",
      message: "there is no manifest to simulate",
      hint: "Name one: hotpod simulate pod.yaml --timings timings.json, or - for standard input.",
    });
  }
  const files = paths.flatMap(readPath);
  const read = files.map(({ path, text }) => readDocuments(text, path));
  const problems = read.flatMap((one) => one.problems);
  const template = problems.find(({ kind }) => kind === "template");
  if (template !== undefined) throw templateError(template);
  return { documents: read.flatMap((one) => one.documents), problems, named: paths.join(", ") };
}

function readPath(path: string): { path: string; text: string }[] {
  const found = findInput(path, INPUT_LIMITS);
  if (!found.ok) throw unreadable(path, found.error.code);
  const { value } = found;
  return value.kind === "file" ? [value] : value.files.flatMap(readPath);
}

/** For every file that is named on the command line. */
export function unreadable(path: string, code: string): UserError {
  const what: Readonly<Record<string, string>> = {
    ENOENT: "does not exist",
    EACCES: "may not be read by this user",
    "too-large": `is larger than ${INPUT_LIMITS.bytesMax / 2 ** 20} MB`,
    "too-many": `holds more than ${INPUT_LIMITS.filesMax} manifests`,
  };
  return new UserError({
    code: "unreadable-input",
    message: `${path === "-" ? "standard input" : path} ${what[code] ?? `cannot be read: ${code}`}`,
    hint: "Check the path.",
  });
}

function templateError({ place, what }: TextProblem): UserError {
  return new UserError({
    code: "template-input",
    message: `${placeText(place)}: ${what}`,
    hint: "Render it first: helm template . | hotpod simulate - …",
  });
}

/** A file that is named by a flag. */
export function readInputText(path: string): string {
  const found = findInput(path, INPUT_LIMITS);
  if (!found.ok) throw unreadable(path, found.error.code);
  if (found.value.kind === "folder") throw unreadable(path, "EISDIR");
  return found.value.text;
}
