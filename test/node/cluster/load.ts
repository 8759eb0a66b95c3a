import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import type { LoadSummary } from "#edge/load/load-summary.js";
import { run } from "./kubectl.js";

export interface PodLoad {
  /** Requests so far, at most 200 ms old. */
  requests(): number;
  /** Versions that answered so far, in the order of their first answers. Throws when the load has broken down. */
  versions(): readonly string[];
  /** Sends nothing new, waits for what is under way, tells what the clients saw. */
  stop(): Promise<LoadSummary>;
}

/** A search: some work, and an answer that says at its end that it is whole. */
export const REQUEST = "/api/products?q=lamp";

/** Load must not leave this machine. */
export async function assertOnBridge(ip: string): Promise<void> {
  const route = await run("ip", ["route", "get", ip]);
  if (!/ dev cni0 /.test(route)) throw new Error(`${ip} is not on the node's bridge: ${route}`);
}

/** How hard the clients ask. */
export interface LoadShape {
  readonly connections: number;
  readonly thinkMs: number;
  readonly newPerSecond: number;
}

/**
 * Clients of one pod, in a process of their own on the node, at the latest until the test ends. Refuses an address that
 * is not routed to the node's own bridge: load must not leave this machine.
 */
export async function loadPod(t: TestContext, ip: string, shape: LoadShape): Promise<PodLoad> {
  await assertOnBridge(ip);
  const child = spawn(process.execPath, loadArguments(ip, shape), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const seen = { requests: 0, versions: [] as string[] };
  const summary = readLoad(child, seen);
  t.after(() => child.kill("SIGKILL"));
  let broken: unknown = null;
  summary.catch((error) => {
    broken = error;
  });
  return {
    requests: () => seen.requests,
    versions: () => {
      if (broken !== null) throw broken;
      return seen.versions;
    },
    stop: () => {
      child.stdin?.end();
      return summary;
    },
  };
}

function loadArguments(ip: string, shape: LoadShape): string[] {
  return [
    "dist/hotpod.js",
    "load",
    ...["--url", `http://${ip}:8080${REQUEST}`, "--allow-address", ip, "--proof", "end"],
    ...["--connections", `${shape.connections}`, "--think", `${shape.thinkMs}ms`],
    ...["--rate", `${shape.newPerSecond}`, "--progress", "200ms"],
    ...["--stop-on-stdin-close"],
  ];
}

function readLoad(
  child: ChildProcess,
  seen: { requests: number; versions: string[] },
): Promise<LoadSummary> {
  return new Promise((resolve, reject) => {
    let summary: LoadSummary | null = null;
    if (child.stdout === null) throw new Error("the load generator has no standard output");
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      const told = JSON.parse(line) as { kind: string; version?: string; requests?: number };
      if (told.kind === "summary") summary = told as unknown as LoadSummary;
      if (told.kind === "version") seen.versions.push(told.version ?? "");
      if (told.kind === "progress") seen.requests = told.requests ?? 0;
    });
    child.on("error", reject);
    lines.on("close", () => {
      if (summary === null) reject(new Error("the load generator ended without a summary"));
      else resolve(summary);
    });
  });
}

/** One line for the log. */
export function loadLine(summary: LoadSummary): string {
  const failures = summary.failures.map(({ reason, count, first }) => {
    return `${count} ${reason} (first at ${first.atMs} ms: ${first.detail})`;
  });
  const gap = `longest gap ${Math.round(summary.longestGapMs)} ms`;
  return [
    `${summary.requests} requests, ${summary.failed} failed`,
    ...failures,
    gap,
    `p99 ${summary.fresh.latencyMs.p99}/${summary.kept.latencyMs.p99} ms (new/kept)`,
  ].join(", ");
}
