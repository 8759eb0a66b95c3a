import type { TextRegion } from "#manifest/text/source.js";
import { expandWord } from "./expand-word.js";
import type { DockerfileReading, DockerInstruction, DockerStage } from "./read-dockerfile.js";

/** What the last stage of a Dockerfile makes, through the stages it is built on. */
export interface FinalImage {
  readonly file: string;
  readonly stage: DockerStage;
  /** Every stage of the file. */
  readonly stages: readonly DockerStage[];
  /** The image at the root of the chain; null: not known. */
  readonly base: string | null;
  readonly baseRegion: TextRegion;
  /** Of the chain, oldest first. */
  readonly instructions: readonly DockerInstruction[];
  readonly entrypoint: ImageCommand | null;
  readonly cmd: ImageCommand | null;
  readonly env: ReadonlyMap<string, string>;
  /** null: the base decides. */
  readonly workdir: string | null;
  readonly stopSignal: { readonly value: string; readonly region: TextRegion } | null;
}

export interface ImageCommand {
  readonly argv: readonly string[];
  readonly form: "exec" | "shell";
  readonly region: TextRegion;
}

export function finalImage(reading: DockerfileReading): FinalImage | null {
  const stage = reading.stages.at(-1);
  if (stage === undefined) return null;
  const chain = chainOf(reading, stage);
  const [root = stage] = chain;
  const instructions = chain.flatMap((one) => one.instructions);
  const env = new Map<string, string>();
  let entrypoint: ImageCommand | null = null;
  let cmd: ImageCommand | null = null;
  let workdir: string | null = null;
  let stopSignal: FinalImage["stopSignal"] = null;
  let shell: readonly string[] = ["/bin/sh", "-c"];
  for (const one of instructions) {
    switch (one.keyword) {
      case "ENV":
        for (const [name, value] of pairs(one.text)) env.set(name, expandWord(value, env) ?? value);
        break;
      case "SHELL":
        shell = one.argv ?? shell;
        break;
      case "WORKDIR":
        workdir = joined(workdir, expandWord(one.text.trim(), env) ?? one.text.trim());
        break;
      case "STOPSIGNAL":
        stopSignal = {
          value: expandWord(one.text.trim(), env) ?? one.text.trim(),
          region: one.region,
        };
        break;
      case "CMD":
        cmd = commandOf(one, shell);
        break;
      case "ENTRYPOINT":
        entrypoint = commandOf(one, shell);
        // A new entrypoint sets aside the words that were meant for an inherited one.
        if (!chain.some((each) => each.instructions.includes(one) && wasSetHere(each, cmd)))
          cmd = null;
        break;
    }
  }
  return {
    file: reading.file,
    stage,
    stages: reading.stages,
    base: root.base,
    baseRegion: root.region,
    instructions,
    entrypoint,
    cmd,
    env,
    workdir,
    stopSignal,
  };
}

function wasSetHere({ instructions }: DockerStage, cmd: ImageCommand | null): boolean {
  return instructions.some(({ keyword, region }) => keyword === "CMD" && region === cmd?.region);
}

/** From the image at the root to the stage itself. A name that is no earlier stage is an image. */
function chainOf({ stages }: DockerfileReading, stage: DockerStage): DockerStage[] {
  const chain = [stage];
  for (let at = stages.indexOf(stage); at > 0; ) {
    const { base } = chain[0] ?? stage;
    const before = stages
      .slice(0, at)
      .findLastIndex(({ name }) => name !== null && name.toLowerCase() === base?.toLowerCase());
    const found = stages[before];
    if (found === undefined) break;
    chain.unshift(found);
    at = before;
  }
  return chain;
}

function commandOf(one: DockerInstruction, shell: readonly string[]): ImageCommand {
  const { argv, text, region } = one;
  if (argv !== null) return { argv, form: "exec", region };
  return { argv: [...shell, text.trim()], form: "shell", region };
}

/** `NAME=value …`, or the old `NAME value`. */
function pairs(text: string): (readonly [string, string])[] {
  const found = [...text.matchAll(/([A-Za-z_]\w*)=("[^"]*"|'[^']*'|(?:\\.|[^\s\\])*)/g)].map(
    ([, name = "", value = ""]) => [name, value.replace(/^(["'])(.*)\1$/s, "$2")] as const,
  );
  if (found.length > 0) return found;
  const [, name, value] = /^\s*([A-Za-z_]\w*)\s+(.*)$/s.exec(text) ?? [];
  return name === undefined ? [] : [[name, value ?? ""]];
}

function joined(before: string | null, path: string): string {
  if (path.startsWith("/") || before === null) return path.startsWith("/") ? path : `/${path}`;
  return `${before.replace(/\/$/, "")}/${path}`;
}
