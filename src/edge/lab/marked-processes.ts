import { readdirSync } from "node:fs";
import { readProc } from "#edge/native/read-proc.js";
import { monotonicMs } from "#edge/observe/time.js";

/** In the environment of everything a lab starts, and of whatever that starts: how its processes are told from all others. */
export const LAB_VARIABLE = "HPLAB_ARM";

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
  /** The generation of the hotpod that started it; null: none did. */
  readonly generation: string | null;
}

/** The living processes whose mark begins so. Zombies have no environment left, and count as gone. */
export function markedProcesses(mark: string): readonly MarkedProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    const environment = readProc(`/proc/${name}/environ`)?.split("\0");
    if (environment === undefined || !environment.some((one) => isMarked(one, mark))) return [];
    const command = readProc(`/proc/${name}/cmdline`)?.replaceAll("\0", " ").trim() ?? "";
    const generation = environment
      .find((one) => one.startsWith(GENERATION))
      ?.slice(GENERATION.length);
    return [{ pid: Number(name), command, generation: generation ?? null }];
  });
}

/** SIGKILL to all of them, again and again until none is left or the patience is over; those that are left. */
export async function endMarked(
  mark: string,
  patienceMs: number,
): Promise<readonly MarkedProcess[]> {
  const deadline = monotonicMs() + patienceMs;
  for (;;) {
    const left = markedProcesses(mark);
    if (left.length === 0 || monotonicMs() > deadline) return left;
    for (const { pid } of left) signalQuietly(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** It may have ended meanwhile. */
export function signalQuietly(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** `run/L101/rename` is marked by itself, `run/L101` and `run`, and by no other. */
function isMarked(variable: string, mark: string): boolean {
  const own = `${LAB_VARIABLE}=${mark}`;
  return variable === own || variable.startsWith(`${own}/`);
}

const GENERATION = "HOTPOD_GENERATION=";
const LOOK_AGAIN_MS = 20;
