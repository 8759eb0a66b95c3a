import { DockerfileParser, type Instruction } from "dockerfile-ast";
import type { TextRegion } from "#manifest/text/source.js";
import { flagsAt } from "./docker-flags.js";
import { type DockerVariable, dockerVariables } from "./docker-variables.js";
import { dockerWords, joinedLines } from "./docker-words.js";
import { expandWord } from "./expand-word.js";

/** An instruction of a stage. */
export interface DockerInstruction {
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** What stands behind it and its flags, with continued lines joined. */
  readonly text: string;
  /** `--from=build` */
  readonly flags: readonly string[];
  /** Of the exec form; null: the shell form. */
  readonly argv: readonly string[] | null;
  /** Of ENV, ARG and LABEL, with their places in the file's text. */
  readonly variables: readonly DockerVariable[];
  readonly region: TextRegion;
  /** In the file's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface DockerStage {
  /** After `AS`. */
  readonly name: string | null;
  /** The image or stage it is built on, with build arguments put in; null: one of them has no value here. */
  readonly base: string | null;
  /** The same as it is written. */
  readonly written: string;
  /** The number of the earlier stage it is built on; null: on an image. */
  readonly parent: number | null;
  /** `linux/arm64` of `--platform`, when it is said plainly. */
  readonly platform: string | null;
  readonly region: TextRegion;
  readonly instructions: readonly DockerInstruction[];
}

export interface DockerfileReading {
  readonly file: string;
  readonly text: string;
  readonly stages: readonly DockerStage[];
  /** ARG before the first FROM, which stages see only where they name them again. */
  readonly globals: ReadonlyMap<string, string>;
  /** What escapes, and continues lines: a backslash unless `# escape=` says otherwise. */
  readonly escapeSign: string;
  /** null: it was read. */
  readonly problem: { readonly line: number; readonly what: string } | null;
}

/** Of a Dockerfile; they are some kilobytes. */
const CHARACTERS_MAX = 128 * 1024;
/** The parser looks at every comment for every stage. */
const STAGES_MAX = 192;

interface Reading {
  readonly file: string;
  readonly text: string;
  readonly escapeSign: string;
  /** Where each line begins. */
  readonly lines: readonly number[];
}

export function readDockerfile(text: string, file: string): DockerfileReading {
  const nothing = { file, text, stages: [], globals: new Map(), escapeSign: "\\" };
  if (text.length > CHARACTERS_MAX) {
    return { ...nothing, problem: { line: 1, what: "it is larger than 128 kB" } };
  }
  if ([...text.matchAll(/^[ \t]*FROM\s/gim)].length > STAGES_MAX) {
    return { ...nothing, problem: { line: 1, what: `it has more than ${STAGES_MAX} stages` } };
  }
  const parsed = DockerfileParser.parse(text);
  const escapeSign = parsed.getEscapeCharacter();
  const reading: Reading = { file, text, escapeSign, lines: lineStarts(text) };
  const instructions = parsed.getInstructions();
  const stages: (DockerStage & { readonly instructions: DockerInstruction[] })[] = [];
  const globals = new Map<string, string>();
  const byName = new Map<string, number>();
  for (const one of instructions) {
    const read = instructionOf(one, reading);
    if (read.keyword === "FROM") {
      const stage = stageOf(read, reading, globals, byName);
      stages.push({ ...stage, instructions: [] });
      if (stage.name !== null) byName.set(stage.name.toLowerCase(), stages.length - 1);
      continue;
    }
    const stage = stages.at(-1);
    if (stage !== undefined) stage.instructions.push(read);
    else if (read.keyword === "ARG") declare(read, globals, escapeSign);
  }
  if (stages.length === 0) {
    const line = (instructions[0]?.getRange().start.line ?? 0) + 1;
    return { ...nothing, problem: { line, what: "there is no FROM" } };
  }
  return { file, text, stages, globals, escapeSign, problem: null };
}

/** A name alone has no value unless the build gives one. */
function declare(
  { variables }: DockerInstruction,
  into: Map<string, string>,
  escapeSign: string,
): void {
  for (const { name, value } of variables) {
    const expanded = value === null ? null : expandWord(value, into, escapeSign);
    if (expanded === null) into.delete(name);
    else into.set(name, expanded);
  }
}

function stageOf(
  { text, flags, region }: DockerInstruction,
  { escapeSign }: Reading,
  globals: ReadonlyMap<string, string>,
  byName: ReadonlyMap<string, number>,
): Omit<DockerStage, "instructions"> {
  const words = dockerWords(text, escapeSign).map((word) => word.text);
  const [written = ""] = words;
  const name = words[1]?.toUpperCase() === "AS" ? (words[2] ?? null) : null;
  const flag = flags.find((word) => word.startsWith("--platform="))?.slice("--platform=".length);
  const platform = flag === undefined || flag.includes("$") ? null : flag;
  const base = expandWord(written, globals, escapeSign);
  const parent = byName.get((base ?? "").toLowerCase()) ?? null;
  // Nothing at all is no image.
  return { name, base: base === "" ? null : base, written, parent, platform, region };
}

function instructionOf(one: Instruction, reading: Reading): DockerInstruction {
  const { file, text: whole, escapeSign, lines } = reading;
  const keyword = one.getKeyword().toUpperCase();
  const { start: from, end: to } = one.getRange();
  const [start, end] = [from, to].map(({ line, character }) => (lines[line] ?? 0) + character);
  const head = (start ?? 0) + one.getInstruction().length;
  const given = flagsAt(whole, head, end ?? head, escapeSign);
  const raw = whole.slice(given.end, end).trim();
  const isHeredoc = raw.includes("<<") && raw.includes("\n");
  const text = isHeredoc ? (one.getArgumentsContent() ?? "") : joinedLines(raw, escapeSign);
  const hasVariables = keyword === "ENV" || keyword === "ARG" || keyword === "LABEL";
  const variables = hasVariables
    ? dockerVariables(keyword, whole.slice(given.end, end), escapeSign).map((each) => ({
        ...each,
        start: given.end + each.start,
        end: given.end + each.end,
      }))
    : [];
  return {
    ...{ keyword, text, flags: given.flags, argv: execForm(text), variables },
    region: {
      file,
      line: from.line + 1,
      column: from.character + 1,
      endLine: to.line + 1,
      endColumn: to.character + 1,
    },
    start: start ?? 0,
    end: end ?? 0,
  };
}

/** A JSON list of words; everything else is the shell's. */
function execForm(text: string): string[] | null {
  if (!text.trimStart().startsWith("[")) return null;
  try {
    const value: unknown = JSON.parse(text);
    const isWords = Array.isArray(value) && value.every((word) => typeof word === "string");
    return isWords ? (value as string[]) : null;
  } catch {
    return null;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  return starts;
}
