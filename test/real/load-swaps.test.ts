import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openGoShop } from "#edge/demo/shop.js";
import type { LoadSummary } from "#edge/load/load-summary.js";
import { freePorts } from "#edge/observe/free-port.js";
import { startLoadChild } from "#edge/observe/load-child.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { startSupervisor } from "#edge/observe/supervisor.js";

/** What the service is driven with: enough connections at full speed to keep both ends busy all the time. */
const LOAD = { connections: 32, ratePerSecond: 200, thinkMs: 0, args: ["--proof", "end"] };
const PATIENCE_MS = 60_000;

/** Serves one version after the other, each once clients have seen the one before and what it replaced has drained. */
async function swap(
  context: TestContext,
  versions: number,
  setUp: { cwd: string; ownFolder: string; args: readonly string[] },
  deploy: (version: number) => string,
  load = LOAD,
): Promise<LoadSummary> {
  ensureBundle();
  const [port = 0, probesPort = 0] = await freePorts(2);
  const supervisor = await startSupervisor({ ...setUp, port, probesPort });
  context.after(() => supervisor.stop());
  const { events } = supervisor;
  await events.until("start", ({ kind }) => kind === "promoted", 0, 180_000);
  const clients = await startLoadChild({ url: `http://127.0.0.1:${port}/version`, ...load });
  context.after(() => clients.kill());
  for (let version = 2; version <= versions; version += 1) {
    const from = events.items.length;
    const token = deploy(version);
    await clients.versions.until(token, (seen) => seen.version === token, 0, PATIENCE_MS);
    await events.until(`drain before ${token}`, (e) => e.kind === "drain-ended", from, PATIENCE_MS);
  }
  const summary = await clients.stop();
  assert.equal(await supervisor.stop(), 0, supervisor.output.join("\n"));
  const killed = events.items.filter((e) => e.kind === "drain-ended" && e.killed);
  assert.deepEqual(killed, [], "every generation ended by itself");
  context.diagnostic(
    `${versions - 1} swaps, ${summary.requests} requests, ${summary.failed} failed, ` +
      `longest gap ${summary.longestGapMs} ms, p99 ${summary.kept.latencyMs.p99} ms, ` +
      `${summary.kept.opened} kept-alive connections, ${summary.kept.politeCloses} ended`,
  );
  return summary;
}

/**
 * Nobody was hurt, every version reached clients, no connection saw an older version after a newer one, and those that
 * were kept alive went on from one generation to the next.
 */
function assertUnhurt(summary: LoadSummary, versions: number, { connections } = LOAD): void {
  assert.deepEqual(summary.failures, []);
  assert.equal(summary.failed, 0);
  assert.equal(summary.kept.politeCloses, 0, "kept-alive connections that were ended");
  assert.equal(summary.kept.opened, connections, "none had to be opened again");
  assert.equal(summary.backwards, 0, summary.backwardsExamples.join("\n"));
  assert.equal(summary.versions.length, versions);
  assert.ok(summary.kept.requests > versions * 100, `only ${summary.kept.requests} requests`);
  assert.ok(summary.fresh.requests > versions * 10, `only ${summary.fresh.requests} connections`);
}

function openShop(context: TestContext): NonNullable<ReturnType<typeof openGoShop>> {
  const shop = openGoShop();
  assert.ok(shop !== null, "the examples are part of the checkout");
  context.after(() => shop.workspace.remove());
  return shop;
}

/** The compiler once, then one artifact for each version: the same bytes with another mark. */
function prepareArtifacts({ workspace }: ReturnType<typeof openShop>): {
  readonly setUp: { cwd: string; ownFolder: string; args: readonly string[] };
  readonly deploy: (version: number) => string;
} {
  const mark = (version: number): string => `swap-${`${version}`.padStart(6, "0")}`;
  writeFileSync(
    join(workspace.folder, "version.go"),
    `package main\n\nconst version = "${mark(1)}"\n`,
  );
  const program = join(workspace.ownFolder, "shop");
  const build = ["build", "-o", program, "."];
  const built = spawnSync("go", build, { cwd: workspace.folder, encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  const first = readFileSync(program, "latin1");
  assert.ok(first.includes(mark(1)));
  const deploy = (version: number): string => {
    const next = first.replaceAll(mark(1), mark(version));
    writeFileSync(`${program}.new`, next, { encoding: "latin1", mode: 0o755 });
    renameSync(`${program}.new`, program);
    return mark(version);
  };
  const args = ["--artifact", program, "--linger", "100ms", "--standby", "false"];
  const { folder: cwd, ownFolder } = workspace;
  return { setUp: { cwd, ownFolder, args }, deploy };
}

test("50 artifacts, one after the other, under full load: nobody notices", {
  timeout: 400_000,
}, async (context) => {
  const { setUp, deploy } = prepareArtifacts(openShop(context));
  const summary = await swap(context, 51, setUp, deploy);
  assertUnhurt(summary, 51);
});

test("20 artifacts while 200 clients think between their requests: all keep their connection", {
  timeout: 400_000,
}, async (context) => {
  const { setUp, deploy } = prepareArtifacts(openShop(context));
  const load = { ...LOAD, connections: 200, ratePerSecond: 50, thinkMs: 300 };
  const summary = await swap(context, 21, setUp, deploy, load);
  assertUnhurt(summary, 21, load);
});

test("edits that are compiled while clients keep both cores busy: nobody notices", {
  timeout: 400_000,
}, async (context) => {
  const shop = openShop(context);
  const { folder: cwd, ownFolder } = shop.workspace;
  const summary = await swap(
    context,
    6,
    { cwd, ownFolder, args: ["--standby", "false"] },
    (version) => {
      shop.save(version);
      return `${version}`;
    },
  );
  assertUnhurt(summary, 6);
});
