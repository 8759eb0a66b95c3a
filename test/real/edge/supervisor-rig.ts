import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Settings } from "#config/settings.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import { openListeners } from "#edge/listeners/open-listeners.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import {
  createProcesses,
  type OwnProcesses,
  type Program,
} from "#edge/processes/create-processes.js";
import { becomeSubreaper, type Reaper, startReaper } from "#edge/processes/reaper.js";
import type { Happening } from "#model/happening.js";
import type { Listener } from "#model/listener.js";

type Kind = Happening["kind"];

/** Real listeners and processes without the core: the test gives the commands and waits for what happens. */
export interface Rig {
  readonly listeners: OwnListeners;
  readonly processes: OwnProcesses;
  readonly reaper: Reaper;
  readonly warnings: readonly ListenWarning[];
  readonly happened: readonly Happening[];
  readonly folder: string;
  /** Starts this argv as a generation with sockets of its own, or those of another one. */
  start(generation: number, argv: readonly string[], of?: number): void;
  /** Resolves with the next (or an unclaimed earlier) happening of this kind and generation. */
  seen<K extends Kind>(kind: K, generation?: number): Promise<Extract<Happening, { kind: K }>>;
  /** Kills everything and closes; every generation must be gone afterwards. */
  end(): Promise<void>;
}

export interface RigOptions {
  readonly listen?: readonly Listener[];
  readonly ready?: Settings["ready"];
  readonly liveness?: Settings["liveness"];
  readonly env?: Readonly<Record<string, string>>;
  readonly steering?: boolean;
  /** In place of hotpod's own. */
  readonly shim?: string;
}

const WAIT_MS = 20_000;

export async function buildShim(folder: string): Promise<string> {
  const outfile = join(folder, "shim.cjs");
  await build({
    entryPoints: ["src/edge/processes/shim.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    conditions: ["source"],
    alias: { koffi: join(process.cwd(), "node_modules/koffi") },
    external: [join(process.cwd(), "node_modules/koffi")],
  });
  return outfile;
}

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-rig-"));
  const shim = options.shim ?? (await buildShim(folder));
  const inbox = openInbox();
  const warnings: ListenWarning[] = [];
  const listen = options.listen ?? [];
  const opened = openListeners({
    listen,
    emit: inbox.put,
    warn: (warning) => warnings.push(warning),
    ...(options.steering === undefined ? {} : { steering: options.steering }),
  });
  assert.ok(opened.ok, `listeners: ${JSON.stringify(opened)}`);
  const listeners = opened.value;
  becomeSubreaper();
  const reaper = startReaper();
  const programs = new Map<string, Program>();
  const processes = createProcesses({
    settings: {
      listen,
      policy: { drainTimeoutMs: 25_000 },
      ready: options.ready ?? { http: null },
      liveness: options.liveness ?? { http: null },
      store: { dir: folder, keep: 3 },
    },
    listeners,
    reaper,
    emit: inbox.put,
    programOf: ({ id }) => programs.get(id) as Program,
    shim,
  });
  return {
    listeners,
    processes,
    reaper,
    warnings,
    happened: inbox.all,
    folder,
    start: (generation, argv, of) => {
      const id = String(generation);
      programs.set(id, { argv, env: { ...process.env, ...options.env }, cwd: process.cwd() });
      const source =
        of === undefined ? ({ kind: "new" } as const) : { kind: "of" as const, generation: of };
      processes.start(generation, { id, content: null }, source);
    },
    seen: inbox.seen,
    end: async () => {
      for (const generation of processes.pids().keys()) {
        processes.kill(generation);
        await inbox.seen("generation-gone", generation);
        listeners.release(generation);
      }
      processes.close();
      listeners.close();
      reaper.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openInbox() {
  const all: Happening[] = [];
  const claimed = new Set<Happening>();
  const waiting = new Set<() => void>();
  const put = (happening: Happening): void => {
    all.push(happening);
    for (const look of waiting) look();
  };
  const seen = <K extends Kind>(kind: K, generation?: number) =>
    new Promise<Extract<Happening, { kind: K }>>((resolve, reject) => {
      const look = () => {
        const found = all.find(
          (each) =>
            !claimed.has(each) &&
            each.kind === kind &&
            (generation === undefined || ("generation" in each && each.generation === generation)),
        );
        if (found === undefined) return;
        claimed.add(found);
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found as Extract<Happening, { kind: K }>);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        const log = JSON.stringify(all.slice(-10));
        reject(new Error(`${kind} of generation ${generation} did not happen; last: ${log}`));
      }, WAIT_MS);
      waiting.add(look);
      look();
    });
  return { all, put, seen };
}

/** A port that was free a moment ago, on every address. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      server.close(() => resolve(address.port));
    });
  });
}

/** Resolves once the condition holds; looks again after every turn of the loop. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!condition()) {
    assert.ok(performance.now() < end, `did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const tcp = (port: number, host = "", name = "http"): Listener => ({
  name,
  address: { kind: "tcp", host, port },
});
