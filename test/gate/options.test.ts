import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UserError } from "#base/user-error.js";
import { readGateOptions } from "#cli/gate/gate-options.js";
import { gatherFacts } from "#cli/gate/gather-facts.js";

test("misuse is refused with what to do", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-gate-options-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const text = join(folder, "a text");
  writeFileSync(text, "hello");
  const refused = (expected: RegExp, ...argv: string[]): Promise<void> =>
    assert.rejects(
      async () => gatherFacts(readGateOptions(argv), new AbortController().signal),
      (error: Error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.exitCode, 2);
        assert.match(`${error.message} ${error.hint}`, expected);
        return true;
      },
    );
  await refused(/ENOENT/, "--binary", "nowhere");
  await refused(/no such folder/, "--binary", text, "--source", "nowhere");
  await refused(/--source/, "--binary", text, "--rebuild");
  await refused(/--source/, "--binary", text, "--stale");
  await refused(/--rebuild/, "--binary", text, "--", "-race");
  await refused(/git rev-parse/, "--binary", text, "--revision", "main");
  await refused(/linux\/amd64/, "--binary", text, "--platform", "amd64");
  await refused(/--binary/, text);
  await refused(/json, sarif/, "--binary", text, "--format", "yaml");
});
