import { readdirSync } from "node:fs";
import { readProc } from "#edge/native/read-proc.js";
import type { GenerationId } from "#model/generation.js";

/** One line of the process table. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Ended; only its parent has not taken note. */
  readonly zombie: boolean;
}

/** In the environment of every process of a generation: how orphans are told apart. */
export const GENERATION_VARIABLE = "HOTPOD_GENERATION";

export function processTable(): ProcessEntry[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) ? (processEntry(pid) ?? []) : [];
  });
}

/** What a generation is recognised by. */
export interface TreeRoot {
  readonly main: number;
  readonly generation: GenerationId;
  /** Our own pid: orphans come to us. */
  readonly supervisor: number;
  /** Main processes of other generations, whose trees are not this one's. */
  readonly others: ReadonlySet<number>;
}

/**
 * The living processes of a generation: its session and process group, orphans that carry its mark, and whatever descends
 * from those. The main process comes first.
 */
export function processesOf(
  root: TreeRoot,
  table: readonly ProcessEntry[],
  markOf: (pid: number) => string | null = generationMark,
): number[] {
  const mark = String(root.generation);
  const members = new Set<number>();
  for (const { pid, parent, group, session } of table) {
    if (root.others.has(pid)) continue;
    const near = pid === root.main || group === root.main || session === root.main;
    if (near || (parent === root.supervisor && markOf(pid) === mark)) members.add(pid);
  }
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of table) {
      if (members.has(pid) || !members.has(parent) || root.others.has(pid)) continue;
      members.add(pid);
      grown = true;
    }
  }
  return table
    .filter(({ pid, zombie }) => members.has(pid) && !zombie)
    .map(({ pid }) => pid)
    .sort((a, b) => Number(b === root.main) - Number(a === root.main));
}

function processEntry(pid: number): ProcessEntry | null {
  const text = readProc(`/proc/${pid}/stat`);
  if (text === null || text === "") return null;
  // The name in parentheses may itself contain spaces and parentheses.
  const [state, parent, group, session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    zombie: state === "Z" || state === "X",
  };
}

/** null: the process has gone, is another user's, or does not carry the mark. */
function generationMark(pid: number): string | null {
  const variable = readProc(`/proc/${pid}/environ`)
    ?.split("\0")
    .find((entry) => entry.startsWith(`${GENERATION_VARIABLE}=`));
  return variable?.slice(GENERATION_VARIABLE.length + 1) ?? null;
}
