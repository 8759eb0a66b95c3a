import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGoShop } from "#edge/demo/shop.js";
import { startChild } from "#edge/observe/child.js";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { startLoadChild } from "#edge/observe/load-child.js";
import { projectRoot } from "#edge/observe/own-command.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import type { UpgradesResult } from "#report/bench-table.js";

const CLIENTS = { connections: 32, ratePerSecond: 200, thinkMs: 0, args: ["--proof", "end"] };
const PATIENCE_MS = 60_000;

/** hotpod is asked by SIGUSR2 again and again; each swap is over when the generation it replaced has drained. */
export async function upgradeHotpod(upgrades: number, cleanups: Cleanups): Promise<UpgradesResult> {
  const shop = openGoShop();
  if (shop === null) throw new Error("the examples are missing");
  cleanups.add(() => shop.workspace.remove());
  const [port = 0, probesPort = 0] = await freePorts(2);
  const { folder, ownFolder } = shop.workspace;
  const args = ["--linger", "100ms"];
  const supervisor = await startSupervisor({ cwd: folder, ownFolder, port, probesPort, args });
  cleanups.add(() => supervisor.stop());
  const { events } = supervisor;
  await events.until("start", ({ kind }) => kind === "promoted", 0, PATIENCE_MS * 3);
  const url = `http://127.0.0.1:${port}/version`;
  return underLoad("hotpod", url, upgrades, cleanups, async () => {
    const from = events.items.length;
    supervisor.signal("SIGUSR2");
    await events.until("swap", ({ kind }) => kind === "promoted", from, PATIENCE_MS);
    await events.until("drain", ({ kind }) => kind === "drain-ended", from, PATIENCE_MS);
  });
}

/** Programs in `bench/programs` that replace themselves. */
const PROGRAMS = {
  /** hotpod's SDK without hotpod. */
  selfupgrade: { name: "hotpod, SDK alone", signal: "SIGUSR2", pauseMs: 0 },
  /** As its README shows it. The new process learns of the old one's end a moment later, and until then refuses. */
  tableflip: { name: "tableflip", signal: "SIGHUP", pauseMs: 50 },
} as const;

/** Each upgrade is over when clients are answered by the next process and the old one is gone. */
export async function upgradeProgram(
  which: keyof typeof PROGRAMS,
  upgrades: number,
  cleanups: Cleanups,
): Promise<UpgradesResult> {
  const { name, signal, pauseMs } = PROGRAMS[which];
  const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-"));
  cleanups.add(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, which);
  const build = await startChild(["go", "build", "-o", program, "."], {
    cwd: join(projectRoot(), "bench", "programs", which),
    env: process.env,
    onLine: (line) => console.error(line),
  });
  if ((await build.exited) !== 0) throw new Error(`the program ${which} does not build`);
  const [port = 0] = await freePorts(1);
  const first = await startChild([program, `127.0.0.1:${port}`], {
    cwd: folder,
    env: process.env,
    onLine: (line) => console.error(line),
  });
  const url = `http://127.0.0.1:${port}/version`;
  let pid = first.pid;
  cleanups.add(() => process.kill(pid, "SIGKILL"));
  return underLoad(name, url, upgrades, cleanups, async () => {
    const old = pid;
    process.kill(old, signal);
    pid = await pidBehind(url, old);
    await isGone(old);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  });
}

async function underLoad(
  name: string,
  url: string,
  upgrades: number,
  cleanups: Cleanups,
  upgrade: () => Promise<void>,
): Promise<UpgradesResult> {
  const load = await startLoadChild({ url, ...CLIENTS });
  cleanups.add(() => load.kill());
  await load.versions.until("the first answer", () => true, 0, PATIENCE_MS);
  for (let done = 0; done < upgrades; done += 1) await upgrade();
  const summary = await load.stop();
  return {
    name,
    upgrades,
    requests: summary.requests,
    failed: summary.failed,
    reasons: summary.failures.map(({ reason, count }) => `${count} ${reason}`).join(", "),
    longestGapMs: summary.longestGapMs,
    p99Ms: summary.kept.latencyMs.p99,
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
