import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Seen, startSupervisor } from "#edge/observe/supervisor.js";
import { type Ask, askEcho, startMixedLoad } from "./mixed-load.js";

const PATIENCE_MS = 60_000;

export interface SwapRun {
  readonly handover: "auto" | "inherit" | "proxy" | "transparent";
  readonly swaps: number;
  readonly clients: number;
  readonly kept: boolean;
  readonly ask?: Ask;
  /** Further ways to the service, by name; each has as many clients. */
  readonly further?: Readonly<Record<string, Ask>>;
  /** Writes the service into the folder and answers the command; `port` is what PORT holds. */
  readonly prepare: (folder: string, port: number) => readonly string[];
  /** Further flags of `hotpod run`. */
  readonly flags?: (folder: string) => readonly string[];
  /** What else a version needs beside the file `version`. */
  readonly deploy?: (folder: string, version: number, port: number) => void;
}

/** Swaps again and again under clients that never retry; the version is a file beside the program. */
export async function swapUnderLoad(context: TestContext, run: SwapRun): Promise<void> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-swaps-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const [cwd, ownFolder] = [join(folder, "service"), join(folder, "own")];
  for (const one of [cwd, ownFolder]) mkdirSync(one);
  const [port = 0, probesPort = 0] = await freePorts(2);
  const deploy = (version: number): void => {
    run.deploy?.(cwd, version, port);
    writeFileSync(join(cwd, "version.new"), `v${version}\n`);
    renameSync(join(cwd, "version.new"), join(cwd, "version"));
  };
  deploy(1);
  const command = run.prepare(cwd, port);
  const own = [
    "--handover",
    run.handover,
    "--linger",
    "50ms",
    "--watch",
    "version",
    ...(run.flags?.(cwd) ?? []),
  ];
  const args = [...own, "--", ...command];
  const supervisor = await startSupervisor({ cwd, ownFolder, port, probesPort, args });
  context.after(() => supervisor.stop());
  const { events } = supervisor;
  await events.until("start", ({ kind }) => kind === "promoted", 0, PATIENCE_MS);
  const ways = Object.entries({ PORT: run.ask ?? askEcho, ...run.further });
  const loads = ways.map(([way, ask]) => ({
    way,
    load: startMixedLoad(port, run.clients, { kept: run.kept, ask }),
  }));
  for (let version = 2; version <= run.swaps + 1; version++) {
    const from = events.items.length;
    deploy(version);
    const name = `promotion of v${version}`;
    const promoted = await events.until(name, (e) => e.kind === "promoted", from, PATIENCE_MS);
    const previous = promoted.kind === "promoted" ? promoted.previous : null;
    const left = (e: Seen): boolean =>
      (e.kind === "drain-ended" || e.kind === "standing-by") && e.generation === previous;
    await events.until(`farewell before v${version}`, left, from, PATIENCE_MS);
  }
  await Promise.all(loads.map(({ load }) => load.stop()));
  const said = supervisor.output.slice(-5).join("\n");
  let requests = 0;
  for (const { way, load } of loads) {
    const { failures, answered } = load;
    assert.deepEqual(failures.slice(0, 10), [], `${way}: ${failures.length} failed; ${said}`);
    assert.equal(answered.size, run.swaps + 1, `every version answered at ${way}`);
    for (const count of answered.values()) requests += count;
  }
  await supervisor.stop();
  context.diagnostic(`${run.swaps} swaps, ${requests} requests, 0 failed`);
}
