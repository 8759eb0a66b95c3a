import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { measureStarts } from "#bench/transparent/measure-starts.js";
import { ensureBundle } from "#edge/observe/own-command.js";

/** As measured with it: 15 ms at the most. What is far from that is no accident of a busy machine. */
const ADDED_MS_MAX = 100;

test("the exchange of binds adds little to a start", { timeout: 120_000 }, async (context) => {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-start-cost-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const { inheritMs, transparentMs, addedMs } = await measureStarts(folder, 9);
  context.diagnostic(`inherit ${inheritMs.p50} ms, transparent ${transparentMs.p50} ms`);
  assert.ok(addedMs < ADDED_MS_MAX, `${addedMs} ms more than with inherited sockets`);
});
