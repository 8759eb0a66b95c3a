import type { TextRegion } from "#manifest/text/source.js";
import { expandWord, type Values } from "./expand-word.js";
import type { DockerfileReading, DockerInstruction, DockerStage } from "./read-dockerfile.js";
import { chainOf } from "./stage-chain.js";

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

/** What is known so far, from the root of the chain on. */
interface Draft {
  readonly env: Map<string, string>;
  entrypoint: ImageCommand | null;
  cmd: ImageCommand | null;
  /** The stage that set `cmd`. */
  cmdOf: DockerStage | null;
  workdir: string | null;
  stopSignal: FinalImage["stopSignal"];
  shell: readonly string[];
}

export function finalImage(reading: DockerfileReading): FinalImage | null {
  const stage = reading.stages.at(-1);
  if (stage === undefined) return null;
  const chain = chainOf(reading.stages, stage).toReversed();
  const [root = stage] = chain;
  const draft: Draft = {
    ...{ env: new Map(), entrypoint: null, cmd: null, cmdOf: null, workdir: null },
    ...{ stopSignal: null, shell: ["/bin/sh", "-c"] },
  };
  for (const one of chain) runStage(draft, one, reading);
  const { env, entrypoint, cmd, workdir, stopSignal } = draft;
  return {
    file: reading.file,
    stage,
    stages: reading.stages,
    base: root.base,
    baseRegion: root.region,
    instructions: chain.flatMap(({ instructions }) => instructions),
    entrypoint,
    cmd,
    env,
    workdir,
    stopSignal,
  };
}

function runStage(
  draft: Draft,
  stage: DockerStage,
  { globals, escapeSign }: DockerfileReading,
): void {
  const args = new Map<string, string>();
  // The environment wins over build arguments of the same name.
  const values: Values = { get: (name) => draft.env.get(name) ?? args.get(name) };
  for (const one of stage.instructions) {
    const { keyword, text, region, variables } = one;
    const plain = text.trim();
    const expanded = (): string => expandWord(plain, values, escapeSign) ?? plain;
    switch (keyword) {
      case "ARG":
        for (const { name, value } of variables) {
          const said = value === null ? globals.get(name) : expandWord(value, values, escapeSign);
          if (said === undefined || said === null) args.delete(name);
          else args.set(name, said);
        }
        break;
      case "ENV":
        // All of one line see what was before it.
        for (const [name, value] of variables.map(({ name, value }) => {
          const written = value ?? "";
          return [name, expandWord(written, values, escapeSign) ?? written] as const;
        })) {
          draft.env.set(name, value);
        }
        break;
      case "SHELL":
        draft.shell = one.argv ?? draft.shell;
        break;
      case "WORKDIR":
        draft.workdir = joined(draft.workdir, expanded());
        break;
      case "STOPSIGNAL":
        draft.stopSignal = { value: expanded(), region };
        break;
      case "CMD":
        draft.cmd = commandOf(one, draft.shell);
        draft.cmdOf = stage;
        break;
      case "ENTRYPOINT":
        draft.entrypoint = commandOf(one, draft.shell);
        // A new entrypoint sets aside the words that were meant for an inherited one.
        if (draft.cmdOf !== stage) draft.cmd = null;
        break;
    }
  }
}

function commandOf(one: DockerInstruction, shell: readonly string[]): ImageCommand {
  const { argv, text, region } = one;
  if (argv !== null) return { argv, form: "exec", region };
  return { argv: [...shell, text.trim()], form: "shell", region };
}

/** Longer paths are refused by the kernel. */
const PATH_MAX = 4_096;

function joined(before: string | null, path: string): string {
  if ((before?.length ?? 0) > PATH_MAX) return before ?? "/";
  if (path.startsWith("/") || before === null) return path.startsWith("/") ? path : `/${path}`;
  return `${before.replace(/\/$/, "")}/${path}`;
}
