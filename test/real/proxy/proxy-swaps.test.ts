import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import { startMixedLoad } from "./mixed-load.js";
import { GO_SERVICE, NODE_SERVICE, PYTHON_SERVICE } from "./services.js";

const SWAPS = 50;
const CLIENTS = 9;
const PATIENCE_MS = 60_000;

/** Swaps again and again under clients that never retry; the version is a file beside the program. */
async function swapUnderLoad(
  context: TestContext,
  prepare: (folder: string) => readonly string[],
): Promise<void> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-proxy-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const [cwd, ownFolder] = [join(folder, "service"), join(folder, "own")];
  for (const one of [cwd, ownFolder]) mkdirSync(one);
  const deploy = (version: number): void => {
    writeFileSync(join(cwd, "version.new"), `v${version}\n`);
    renameSync(join(cwd, "version.new"), join(cwd, "version"));
  };
  deploy(1);
  const command = prepare(cwd);
  const [port = 0, probesPort = 0] = await freePorts(2);
  const own = ["--handover", "proxy", "--linger", "50ms", "--watch", "version"];
  const args = [...own, "--", ...command];
  const supervisor = await startSupervisor({ cwd, ownFolder, port, probesPort, args });
  context.after(() => supervisor.stop());
  const { events } = supervisor;
  await events.until("start", ({ kind }) => kind === "promoted", 0, PATIENCE_MS);
  const load = startMixedLoad(port, CLIENTS);
  for (let version = 2; version <= SWAPS + 1; version++) {
    const from = events.items.length;
    deploy(version);
    await events.until(`promotion of v${version}`, (e) => e.kind === "promoted", from, PATIENCE_MS);
    await events.until(
      `drain before v${version}`,
      (e) => e.kind === "drain-ended",
      from,
      PATIENCE_MS,
    );
  }
  await load.stop();
  assert.deepEqual(load.failures.slice(0, 10), [], `${load.failures.length} failed`);
  assert.equal(load.answered.size, SWAPS + 1, "every version answered");
  await supervisor.stop();
  const requests = [...load.answered.values()].reduce((sum, count) => sum + count, 0);
  context.diagnostic(`${SWAPS} swaps, ${requests} requests, 0 failed`);
}

test(
  "50 swaps of an unmodified Node service behind the proxy: no request fails",
  {
    timeout: 200_000,
  },
  (context) =>
    swapUnderLoad(context, (folder) => {
      writeFileSync(join(folder, "server.cjs"), NODE_SERVICE);
      return [process.execPath, "server.cjs"];
    }),
);

test(
  "50 swaps of an unmodified Python service behind the proxy: no request fails",
  {
    timeout: 200_000,
  },
  (context) =>
    swapUnderLoad(context, (folder) => {
      writeFileSync(join(folder, "server.py"), PYTHON_SERVICE);
      return ["python3", "server.py"];
    }),
);

test(
  "50 swaps of an unmodified Go service behind the proxy: no request fails",
  {
    timeout: 200_000,
  },
  (context) =>
    swapUnderLoad(context, (folder) => {
      writeFileSync(join(folder, "main.go"), GO_SERVICE);
      const program = join(folder, "..", "server");
      const built = spawnSync("go", ["build", "-o", program, "main.go"], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.equal(built.status, 0, built.stderr);
      rmSync(join(folder, "main.go"));
      return [program];
    }),
);
