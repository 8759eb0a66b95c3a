import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { makeFolder } from "#edge/make-folder.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import type { LabMachine, OpenBench } from "#ports/lab/lab-machine.js";
import { detectNeeds, otherFileSystem } from "./detect-needs.js";
import { goPrograms, withBuildCache } from "./go-programs.js";
import { startGuard } from "./guard.js";
import { endMarked, LAB_VARIABLE } from "./marked-processes.js";
import { openBench } from "./open-bench.js";

export interface OpenMachine extends LabMachine {
  readonly id: string;
  readonly workFolder: string;
  /** Ends all that runs and removes the work folder, unless it is to be kept. Harmless twice. */
  close(): Promise<void>;
}

export interface MachineOptions {
  /** null: a new one below the temporary folder. */
  readonly workFolder: string | null;
  readonly keep: boolean;
  /** Needs by name, with how to get each. */
  readonly needs: Readonly<Record<string, string>>;
  /** containerd unless given. */
  readonly cri?: LabBench["cri"];
}

/** Makes the work folder and looks what the machine has. Throws as `fs` does where the folder cannot be made. */
export function openMachine({
  workFolder,
  keep,
  needs,
  cri = "containerd",
}: MachineOptions): OpenMachine {
  const parent = workFolder ?? tmpdir();
  makeFolder(parent);
  const folder = mkdtempSync(join(parent, "hotpod-lab-"));
  const id = basename(folder);
  const other = otherFileSystem(folder);
  const others = other === null ? null : join(other, id);
  const folders = others === null ? [folder] : [folder, others];
  const guard = startGuard(id, keep ? [] : folders);
  const found = detectNeeds(needs, other);
  const env = withBuildCache(childEnvironment(), folder);
  const programs = goPrograms(join(folder, "go"), { ...env, [LAB_VARIABLE]: `${id}/go` });
  const open = new Set<OpenBench>();
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    for (const bench of [...open]) await bench.close();
    await endMarked(id, END_MS);
    for (const one of keep ? [] : folders) {
      rmSync(one, { recursive: true, force: true, maxRetries: 5 });
    }
    guard.release();
  };
  return {
    id,
    workFolder: folder,
    needs: found.all,
    nowMs: monotonicMs,
    within,
    async openBench(scenario, arm, scale) {
      const bench = openBench({
        mark: `${id}/${scenario}/${arm}`,
        folder: join(folder, scenario, arm),
        otherFolder: others === null ? null : join(others, scenario, arm),
        host: addressOf(scenario),
        ...{ scale, cri, needs: found, goPrograms: programs, env },
      });
      open.add(bench);
      return {
        bench: bench.bench,
        close: () => {
          open.delete(bench);
          return bench.close();
        },
      };
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Every scenario of every lab has an address of its own: 127.77.x.y, y by the scenario, x by the process. */
function addressOf(scenario: string): string {
  const number = Number(scenario.slice(1));
  const chapter = Math.floor(number / 100);
  return `127.77.${1 + (process.pid % 250)}.${chapter * 40 + (number % 100)}`;
}

/** What is meant for a hotpod that runs here is not for those of the lab. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("HOTPOD_"));
  return Object.fromEntries(kept);
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // What goes on after its time meets a bench that is closed.
    work.catch(() => {});
  }
}

const END_MS = 5_000;
