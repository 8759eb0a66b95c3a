import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type ProcessEntry, processTable } from "#edge/processes/process-tree.js";
import { until } from "./supervisor-rig.js";

const NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

/** Why hotpod cannot be PID 1 here; null when it can. */
export function whyNoPidOne(): string | null {
  const [file = "", ...args] = NAMESPACE;
  const { status, stderr, error } = spawnSync(file, [...args, "true"], { encoding: "utf8" });
  if (status === 0) return null;
  return `no PID namespace: ${error?.message ?? stderr.trim()}`;
}

/** hotpod as PID 1 of a namespace of its own. */
export interface PidOne {
  /** Its pid outside. */
  readonly pid: number;
  /** What the service wrote. */
  readonly out: () => string;
  /** hotpod's own log. */
  readonly log: () => string;
  readonly exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the service has written this. */
  says(pattern: RegExp): Promise<void>;
  logs(pattern: RegExp): Promise<void>;
  /** The other processes of the namespace, zombies included. */
  others(): ProcessEntry[];
}

export async function bootPidOne(
  t: TestContext,
  flags: readonly string[],
  command: readonly string[],
): Promise<PidOne> {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-pid1-"));
  const watched = join(folder, "watched");
  mkdirSync(watched);
  const hotpod = [
    process.execPath,
    "dist/hotpod.js",
    "run",
    "--recipe",
    "none",
    "--store-dir",
    join(folder, "store"),
  ];
  const fixed = ["--listen", "none", "--probes-listen", "none", "--watch", watched];
  const [file = "", ...args] = [...NAMESPACE, ...hotpod, ...fixed, ...flags, "--", ...command];
  const outer = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  const out = textOf(outer.stdout);
  const log = textOf(outer.stderr);
  const exited = new Promise<number | null>((resolve) => {
    outer.once("exit", (code, signal) => resolve(signal === null ? code : null));
  });
  t.after(async () => {
    outer.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  await until(() => childOf(outer) !== undefined, "the namespace has a first process");
  const pid = childOf(outer) as number;
  const contains = async (text: () => string, pattern: RegExp) => {
    try {
      await until(() => pattern.test(text()), String(pattern));
    } catch {
      assert.fail(`${pattern} was not said; output: ${out()}; log: ${log()}`);
    }
  };
  return {
    pid,
    out,
    log,
    exited,
    signal: (name) => process.kill(pid, name),
    says: (pattern) => contains(out, pattern),
    logs: (pattern) => contains(log, pattern),
    others: () => descendants(pid),
  };
}

function childOf({ pid }: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? undefined : Number(children.split(" ")[0]);
}

function descendants(root: number): ProcessEntry[] {
  const table = processTable();
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid);
  }
  return table.filter(({ pid }) => pid !== root && found.has(pid));
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.on("data", (chunk) => {
    text += String(chunk);
  });
  return () => text;
}
