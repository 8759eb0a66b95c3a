import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openGoShop } from "#edge/demo/shop.js";
import { readEvents } from "#edge/journal/read-events.js";
import { startChild } from "#edge/observe/child.js";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { type LoadChild, startLoadChild } from "#edge/observe/load-child.js";
import { ownCommand } from "#edge/observe/own-command.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { SwapTiming } from "#model/swap-timing.js";
import type { ReloadResult } from "#report/bench-table.js";
import { medianTiming } from "#report/median-timing.js";
import { quantile } from "#report/quantile.js";
import { createGoLog, type GoLog } from "./go-log.js";
import { machineCpuMs, programsBelow, treeCost, treeOf } from "./process-tree.js";
import type { ReloadTool } from "./tools.js";

interface Bench {
  readonly shop: NonNullable<ReturnType<typeof openGoShop>>;
  readonly load: LoadChild;
  readonly goLog: GoLog;
}

/** Runs one tool through all edits. `version`: what to call it in the result. What it starts is in `cleanups`. */
export async function measureTool(
  tool: ReloadTool,
  program: string,
  options: { readonly version: string; readonly edits: number },
  cleanups: Cleanups,
): Promise<ReloadResult> {
  const shop = openGoShop();
  if (shop === null) throw new Error("the examples are missing");
  const { folder, ownFolder } = shop.workspace;
  cleanups.add(() => shop.workspace.remove());
  const [port = 0, probesPort = 0] = await freePorts(2);
  const goLog = createGoLog(ownFolder);
  const temporary = join(ownFolder, "tmp");
  mkdirSync(temporary);
  mkdirSync(join(folder, "tmp"));
  const output: string[] = [];
  const place = { program, port, probesPort, ownFolder, hotpod: ownCommand() };
  const child = await startChild(tool.command(place), {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${goLog.folder}:${process.env.PATH}`,
      PORT: `${port}`,
      TMPDIR: temporary,
    },
    onLine: (line) => output.push(line),
  });
  cleanups.add(() => endTree(child.pid, child.exited, ownFolder));
  const url = `http://127.0.0.1:${port}/version`;
  try {
    await firstAnswer(url, FIRST_BUILD_MS);
  } catch (error) {
    throw new Error(`${String(error)}\n${output.slice(-20).join("\n")}`, { cause: error });
  }
  const idle = await idleCost(child.pid, ownFolder);
  const load = await startLoadChild({ url, ...CLIENTS });
  cleanups.add(() => load.kill());
  const bench = { shop, load, goLog };
  await load.versions.until("the first answer", () => true, 0, SERVED_MS);
  const edits = await editing(bench, options.edits);
  const burst = await bursting(bench, options.edits + 1);
  const afterCompileError = await breaking(bench, options.edits + 11);
  const { requests, failed, longestGapMs } = await load.stop();
  return {
    name: tool.name,
    version: options.version,
    note: tool.note,
    ...edits,
    ...(tool.needs.kind === "own" ? { partsP50: partsOf(join(ownFolder, "store")) } : {}),
    ...burst,
    afterCompileError,
    requests,
    failed,
    longestGapMs,
    ...idle,
  };
}

async function editing(
  bench: Bench,
  edits: number,
): Promise<Pick<ReloadResult, "saveToServingMs" | "saveToServingP50Ms" | "lostEdits">> {
  const times: number[] = [];
  let lostEdits = 0;
  for (let edit = 1; edit <= edits; edit += 1) {
    const ms = await saved(bench, edit + 1);
    if (ms === null) lostEdits += 1;
    else times.push(Math.round(ms));
    await pause(BETWEEN_EDITS_MS);
  }
  const p50 = quantile(times, 0.5);
  return { saveToServingMs: times, saveToServingP50Ms: p50, lostEdits };
}

/** Where hotpod itself says that its time went. */
function partsOf(storeDir: string): SwapTiming | null {
  const notices = readEvents(storeDir).map(({ notice }) => notice);
  return medianTiming(
    notices.flatMap((notice) => (notice.kind === "update-timed" ? [notice.timing] : [])),
  );
}

async function bursting(
  bench: Bench,
  version: number,
): Promise<Pick<ReloadResult, "burstBuilds" | "burstServingMs">> {
  const before = bench.goLog.ends().length;
  for (let save = 1; save < 10; save += 1) {
    bench.shop.save(version + save);
    await pause(100);
  }
  const ms = await saved(bench, version + 10);
  // A build that the burst has asked for may still be under way or waiting.
  await pause(BETWEEN_EDITS_MS * 2);
  const ends = bench.goLog.ends().slice(before);
  return {
    burstBuilds: ends.filter((code) => code === 0).length,
    burstServingMs: ms === null ? null : Math.round(ms),
  };
}

/** What clients get in the seconds after the compiler has refused. */
async function breaking(bench: Bench, version: number): Promise<ReloadResult["afterCompileError"]> {
  const before = bench.goLog.ends().length;
  bench.shop.saveBroken();
  const deadline = monotonicMs() + SERVED_MS;
  while (
    !bench.goLog
      .ends()
      .slice(before)
      .some((code) => code !== 0)
  ) {
    if (monotonicMs() > deadline) throw new Error("nobody compiled the broken edit");
    await pause(20);
  }
  await pause(500);
  const from = bench.load.counts();
  await pause(AFTER_ERROR_MS);
  const to = bench.load.counts();
  await saved(bench, version + 1);
  const failed = to.failed - from.failed;
  if (failed === 0) return "serves";
  return failed === to.requests - from.requests ? "down" : "partly";
}

/** Saves and waits until a client is answered by it; null: not in time. */
async function saved(bench: Bench, version: number): Promise<number | null> {
  const savedMs = monotonicMs();
  bench.shop.save(version);
  try {
    const isIt = (seen: { version: string }): boolean => seen.version === `${version}`;
    const seen = await bench.load.versions.until(`version ${version}`, isIt, 0, SERVED_MS);
    return seen.atMs - savedMs;
  } catch {
    return null;
  }
}

async function firstAnswer(url: string, timeoutMs: number): Promise<void> {
  const deadline = monotonicMs() + timeoutMs;
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Nobody listens yet.
    }
    if (monotonicMs() > deadline) throw new Error(`no answer within ${timeoutMs} ms`);
    await pause(100);
  }
}

async function idleCost(
  pid: number,
  serviceBelow: string,
): Promise<Pick<ReloadResult, "rssBytes" | "idleCpuPercent" | "othersCpuPercent">> {
  await pause(SETTLE_MS);
  const machineBefore = machineCpuMs();
  const before = treeCost(pid, serviceBelow);
  await pause(IDLE_MS);
  const after = treeCost(pid, serviceBelow);
  return {
    rssBytes: after.rssBytes,
    idleCpuPercent: ((after.cpuMs - before.cpuMs) / IDLE_MS) * 100,
    othersCpuPercent: Math.round(((machineCpuMs() - machineBefore) / IDLE_MS) * 100),
  };
}

/** SIGTERM, and after a while SIGKILL to whatever of its tree is left. */
async function endTree(
  root: number,
  exited: Promise<unknown>,
  serviceBelow: string,
): Promise<void> {
  const all = treeOf(root);
  signal(root, "SIGTERM");
  await Promise.race([exited, pause(END_MS)]);
  for (const pid of all) signal(pid, "SIGKILL");
  await exited;
  // Some tools leave the service behind, or have just started another one.
  for (const pid of programsBelow(serviceBelow)) signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const CLIENTS = { connections: 16, ratePerSecond: 200, thinkMs: 20, args: ["--proof", "end"] };
const FIRST_BUILD_MS = 180_000;
const SERVED_MS = 20_000;
const BETWEEN_EDITS_MS = 1_500;
const AFTER_ERROR_MS = 2_000;
const SETTLE_MS = 12_000;
const IDLE_MS = 10_000;
const END_MS = 5_000;
