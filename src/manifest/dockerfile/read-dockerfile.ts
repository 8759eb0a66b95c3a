import { DockerfileParser, type Instruction, ModifiableInstruction } from "dockerfile-ast";
import type { TextRegion } from "#manifest/text/source.js";
import { expandWord } from "./expand-word.js";

/** An instruction of a stage. */
export interface DockerInstruction {
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** What stands behind it, with continued lines joined. */
  readonly text: string;
  /** Before it: `--mount=type=cache,target=/root/.cache`. */
  readonly flags: readonly string[];
  /** Of the exec form; null: the shell form. */
  readonly argv: readonly string[] | null;
  readonly region: TextRegion;
}

export interface DockerStage {
  /** After `AS`. */
  readonly name: string | null;
  /** The image or stage it is built on, with build arguments put in; null: one of them has no value here. */
  readonly base: string | null;
  /** `linux/arm64` of `--platform`, when it is said plainly. */
  readonly platform: string | null;
  readonly region: TextRegion;
  readonly instructions: readonly DockerInstruction[];
}

export interface DockerfileReading {
  readonly file: string;
  readonly text: string;
  readonly stages: readonly DockerStage[];
  /** null: it was read. */
  readonly problem: { readonly line: number; readonly what: string } | null;
}

/** Of a Dockerfile; they are some kilobytes. */
const CHARACTERS_MAX = 48 * 1024;

export function readDockerfile(text: string, file: string): DockerfileReading {
  const nothing = { file, text, stages: [] };
  if (text.length > CHARACTERS_MAX) {
    return { ...nothing, problem: { line: 1, what: "it is larger than 48 kB" } };
  }
  const instructions = DockerfileParser.parse(text).getInstructions();
  const stages: { -readonly [K in keyof DockerStage]: DockerStage[K] }[] = [];
  const global = new Map<string, string>();
  for (const one of instructions) {
    const keyword = one.getKeyword().toUpperCase();
    if (keyword === "FROM") {
      stages.push(stageOf(one, file, global));
      continue;
    }
    const read = instructionOf(one, keyword, file);
    const stage = stages.at(-1);
    if (stage !== undefined) stage.instructions = [...stage.instructions, read];
    else if (keyword === "ARG") declare(read.text, global);
  }
  const [first] = instructions;
  if (stages.length === 0) {
    const line = (first?.getRange().start.line ?? 0) + 1;
    return { ...nothing, problem: { line, what: "there is no FROM" } };
  }
  return { file, text, stages, problem: null };
}

/** `NAME=value`; a name alone has no value unless the build gives one. */
function declare(text: string, into: Map<string, string>): void {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text.trim()) ?? [];
  if (name === undefined) return;
  const plain = (value ?? "").replace(/^(["'])(.*)\1$/s, "$2");
  const expanded = expandWord(plain, into);
  if (expanded !== null) into.set(name, expanded);
}

function stageOf(one: Instruction, file: string, args: ReadonlyMap<string, string>): DockerStage {
  const given = one.getRawArgumentsContent()?.split(/\s+/) ?? [];
  const words = given.filter((word) => !word.startsWith("--"));
  const as = words[1]?.toUpperCase() === "AS" ? (words[2] ?? null) : null;
  const [image = ""] = words;
  const flag = given.find((word) => word.startsWith("--platform="))?.slice("--platform=".length);
  const platform = flag === undefined || flag.includes("$") ? null : flag;
  return {
    name: as,
    platform,
    base: expandWord(image, args),
    region: regionOf(one, file),
    instructions: [],
  };
}

function instructionOf(one: Instruction, keyword: string, file: string): DockerInstruction {
  const text = one.getArgumentsContent() ?? "";
  const flags = one instanceof ModifiableInstruction ? one.getFlags().map(String) : [];
  return {
    keyword,
    text,
    flags,
    argv: execForm(text),
    region: regionOf(one, file),
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

function regionOf(one: Instruction, file: string): TextRegion {
  const { start, end } = one.getRange();
  return {
    file,
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}
