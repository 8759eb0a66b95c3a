import type { ExecEnd, LabBench, ProcessOptions, RunEnd } from "#ports/lab/lab-bench.js";

/** How starts of one file went while it was replaced again and again. */
export interface LoopCounts {
  starts: number;
  /** The look-up found nothing. */
  enoent: number;
  /** execve refused: somebody had it open for writing. */
  etxtbsy: number;
  /** execve refused: what stood there was no program, or not a whole one. */
  enoexec: number;
  /** It was started and did not end with 0. */
  broken: number;
  replacements: number;
  /** Replacements whose own command failed, and the first such command's words. */
  refused: number;
  refusal: string;
}

export interface LoopOptions {
  /** The command that is started over and over, as an exec probe would. */
  readonly command: readonly string[];
  readonly exec?: ProcessOptions;
  /** Puts another content in the place of the file. null: somebody else does. */
  readonly replace: ((round: number) => Promise<RunEnd>) | null;
  /** Goes on until so much has happened… */
  readonly starts: number;
  readonly replacements: number;
  /** …or this time is over. */
  readonly limitMs: number;
}

/** Starts the file as fast as this machine can while it is replaced as fast as it can. */
export async function execLoop(bench: LabBench, options: LoopOptions): Promise<LoopCounts> {
  const counts: LoopCounts = {
    ...{ starts: 0, enoent: 0, etxtbsy: 0, enoexec: 0, broken: 0 },
    ...{ replacements: 0, refused: 0, refusal: "" },
  };
  const { clock } = bench;
  const deadline = clock.nowMs() + options.limitMs;
  const enough = (): boolean =>
    clock.nowMs() > deadline ||
    (counts.starts >= options.starts && counts.replacements >= options.replacements);
  const starting = async (): Promise<void> => {
    while (!enough()) {
      const asked = { ...options.exec, timeoutMs: START_MS };
      const end = await bench.processes.exec(options.command, asked);
      tally(counts, end);
      // What is refused at once would be asked a thousand times where a real start is asked once.
      if (end.kind !== "exited") await clock.wait(REFUSED_MS);
    }
  };
  const replacing = async (): Promise<void> => {
    const { replace } = options;
    if (replace === null) return;
    while (!enough()) {
      const end = await replace(counts.replacements);
      counts.replacements += 1;
      if (end.code === 0) continue;
      counts.refused += 1;
      if (counts.refusal === "") counts.refusal = end.stderr.trim().split("\n").at(-1) ?? "";
    }
  };
  await Promise.all([starting(), replacing()]);
  return counts;
}

function tally(counts: LoopCounts, end: ExecEnd): void {
  counts.starts += 1;
  switch (end.kind) {
    case "not-found":
      counts.enoent += 1;
      return;
    case "execve-failed":
      // ENOENT after a good look-up: it went away in between.
      if (end.why === "ETXTBSY") counts.etxtbsy += 1;
      else if (end.why === "ENOENT") counts.enoent += 1;
      else counts.enoexec += 1;
      return;
    case "timed-out":
      counts.broken += 1;
      return;
    case "exited":
      if (end.code !== 0) counts.broken += 1;
  }
}

const START_MS = 10_000;
const REFUSED_MS = 2;
