import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { toolOfProgram } from "#manifest/tools/find-tool.js";
import type { Reload } from "#simulate/life/life-input.js";
import { checkCase } from "#simulate/properties/check-case.js";
import { generateCase } from "#simulate/properties/generate-case.js";

/**
 * Of the streams of forty lives under hotpod and forty under air: the same on every machine and every version of Node. It changes
 * with what a simulation tells; then the new one goes here.
 */
const GOLDEN = "0ef0acda90bf14aa00f9f1d260f30edd4bdfa5439714f8ba3bf092463b6b2055";
const LIVES = 40;

function hashOfLives(): string {
  const air = toolOfProgram("air");
  assert.ok(air !== null);
  const subjects: ("hotpod" | Reload)[] = ["hotpod", { kind: "tool", tool: air }];
  const hash = createHash("sha256");
  for (const reload of subjects) {
    for (let seed = 1; seed <= LIVES; seed++) {
      const { run } = checkCase(generateCase(seed, reload));
      for (const event of run.events) hash.update(`${JSON.stringify(event)}\n`);
    }
  }
  return hash.digest("hex");
}

test("the same seeds give the same bytes, here as elsewhere", () => {
  const found = hashOfLives();
  assert.equal(hashOfLives(), found, "not even twice in one process");
  assert.equal(found, GOLDEN, `on Node ${process.version}`);
});
