import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type KeptReport, startKeptClients } from "#bench/moves/kept-clients.js";
import { SUBJECTS, type Subject } from "#bench/moves/subjects.js";
import { buildProgram } from "#bench/programs/build-program.js";
import { createCleanups } from "#edge/observe/cleanups.js";
import { ensureBundle } from "#edge/observe/own-command.js";

/** Clients think for longer than a swap takes, so that connections pass through several generations unused. */
const CLIENTS = { thinking: 100, thinkSeconds: 5, fast: 2, pipelining: 6 };
const CONNECTIONS = CLIENTS.thinking + CLIENTS.fast + CLIENTS.pipelining;

/** Swaps again and again under clients that keep their connection, never retry, and compare every answer with its request. */
async function swapUnderKeptClients(
  context: TestContext,
  subject: Subject | undefined,
  swaps: number,
): Promise<KeptReport> {
  ensureBundle();
  assert.ok(subject !== undefined);
  const cleanups = createCleanups();
  context.after(() => cleanups.run());
  const folder = mkdtempSync(join(tmpdir(), "hotpod-kept-"));
  cleanups.add(() => rmSync(folder, { recursive: true, force: true }));
  const program = await buildProgram("clients", folder);
  const { port, swap, drained } = await subject.start(cleanups);
  const clients = await startKeptClients(program, ["127.0.0.1", port], CLIENTS);
  cleanups.add(() => clients.kill());
  for (let done = 0; done < swaps; done++) await swap();
  await drained?.();
  const report = await clients.stop();
  const { thinking, fast, pipelining } = report;
  const requests = thinking.requests + fast.requests + pipelining.requests;
  context.diagnostic(`${swaps} swaps, ${requests} requests: ${JSON.stringify(report)}`);
  return report;
}

test("20 swaps while clients think, hurry and pipeline GET and POST, in chunks too: no connection ends", {
  timeout: 200_000,
}, async (context) => {
  const report = await swapUnderKeptClients(context, SUBJECTS.hotpod, 20);
  const { thinking, fast, pipelining } = report;
  for (const kind of [thinking, fast, pipelining]) {
    assert.deepEqual(kind.reasons, {}, "requests without their answer");
    assert.equal(kind.failed, 0);
    assert.equal(kind.closed, 0, "connections that the service ended");
  }
  const opened = thinking.opened + fast.opened + pipelining.opened;
  assert.equal(opened, CONNECTIONS, "none had to be opened again");
  assert.ok(report.versions > 10 && report.versions <= 21, "most generations had time to answer");
  assert.equal(report.backwards, 0, "no older generation after a newer one");
});

test("the same clients tell when connections stay with their generation and are ended", {
  timeout: 200_000,
}, async (context) => {
  const { fast, pipelining } = await swapUnderKeptClients(context, SUBJECTS["lame-duck"], 3);
  assert.ok(fast.closed > 0, "ended");
  assert.equal(fast.closedPolitely, fast.closed, "each with an answer");
  assert.equal(fast.failed, 0);
  assert.ok(pipelining.closed > 0, "pipelines were cut");
  assert.ok(fast.opened > CLIENTS.fast, "those who were sent away came back");
});
