import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { TestContext } from "node:test";

/** A missing tool is a reason to skip aloud on somebody's machine, and a failure in CI. */
export function needsTool(t: TestContext, tool: string, ask = "--version"): boolean {
  if (spawnSync(tool, [ask]).error === undefined) return true;
  assert.notEqual(process.env.CI, "true", `${tool} is missing`);
  t.skip(`${tool} is not installed`);
  return false;
}
