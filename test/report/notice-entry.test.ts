import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notice } from "#model/notice.js";
import { jsonLine, passes, prettyLine } from "#report/log-entry.js";
import { noticeEntry } from "#report/notice-entry.js";
import { lines } from "./notice-lines.js";

for (const [kind, examples] of Object.entries(lines)) {
  test(`${kind} reads well`, () => {
    for (const [fields, level, message] of examples) {
      const entry = noticeEntry({ kind, ...fields } as Notice);
      assert.deepEqual([entry.level, entry.message, entry.event], [level, message, kind]);
    }
  });
}

test("for people: one line, a compiler's output below it, colours only when asked", () => {
  const failure = {
    kind: "command",
    exit: { kind: "code", code: 1 },
    output: "main.go:1:1: no\n\tbecause\n",
  } as const;
  const entry = noticeEntry({ kind: "build-failed", build: 1, failure, tookMs: 119 });
  assert.equal(
    prettyLine(entry, "03:00:00", false),
    "03:00:00 ✗ build failed after 119ms: exit code 1\n  │ main.go:1:1: no\n  │ \tbecause",
  );
  assert.ok(prettyLine(entry, "03:00:00", true).includes("\x1b[31m"));
});

test("for machines: one JSON object a line, the names first", () => {
  const entry = noticeEntry({ kind: "paused", paused: true });
  assert.equal(
    jsonLine(entry, "2026-01-01T00:00:00.000Z"),
    '{"time":"2026-01-01T00:00:00.000Z","level":"info","event":"paused","message":"paused: changes wait","paused":true}',
  );
  assert.equal(passes(entry, "warn"), false);
  assert.equal(passes(entry, "debug"), true);
});
