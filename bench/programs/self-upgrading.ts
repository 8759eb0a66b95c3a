import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "#edge/observe/child.js";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { buildProgram } from "./build-program.js";

const PATIENCE_MS = 60_000;

/** Programs in `bench/programs` that replace themselves. */
const PROGRAMS = {
  /** hotpod's SDK without hotpod. */
  selfupgrade: { name: "hotpod, SDK alone", signal: "SIGUSR2", pauseMs: 0 },
  /** As its README shows it. The new process learns of the old one's end a moment later, and until then refuses. */
  tableflip: { name: "tableflip", signal: "SIGHUP", pauseMs: 50 },
} as const;

export type SelfUpgradingName = keyof typeof PROGRAMS;

/** A running program that replaces itself when asked. */
export interface SelfUpgrading {
  readonly name: string;
  readonly port: number;
  /** Over when clients are answered by the next process and the old one is gone. */
  upgrade(): Promise<void>;
}

export async function startSelfUpgrading(
  which: SelfUpgradingName,
  cleanups: Cleanups,
): Promise<SelfUpgrading> {
  const { name, signal, pauseMs } = PROGRAMS[which];
  const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-"));
  cleanups.add(() => rmSync(folder, { recursive: true, force: true }));
  const program = await buildProgram(which, folder);
  const [port = 0] = await freePorts(1);
  const first = await startChild([program, `127.0.0.1:${port}`], {
    cwd: folder,
    env: process.env,
    onLine: (line) => console.error(line),
  });
  const url = `http://127.0.0.1:${port}/version`;
  let pid = first.pid;
  cleanups.add(() => process.kill(pid, "SIGKILL"));
  return {
    name,
    port,
    upgrade: async () => {
      const old = pid;
      process.kill(old, signal);
      pid = await pidBehind(url, old);
      await isGone(old);
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    },
  };
}

/** The process that answers now, which is not `old` any more. A new connection each time: kept ones stay with the old. */
async function pidBehind(url: string, old: number): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(url, { headers: { connection: "close" } }).catch(() => null);
    const body = answer === null ? null : ((await answer.json()) as { pid: number });
    if (body !== null && body.pid !== old) return body.pid;
  }
  throw new Error(`process ${old} was not replaced`);
}

/** The next upgrade is refused while the process before still drains. A zombie is gone, too: only its parent looks at it. */
async function isGone(pid: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (!existsSync(`/proc/${pid}`)) return;
    if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`process ${pid} did not end`);
}
