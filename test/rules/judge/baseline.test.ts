import assert from "node:assert/strict";
import { test } from "node:test";
import { type BaselineEntry, baselineText, isKnown, readBaseline } from "#rules/judge/baseline.js";

const entry = (fingerprint: string, severity: BaselineEntry["severity"]): BaselineEntry => ({
  fingerprint,
  rule: "HP201",
  severity,
  subject: "Deployment web/shop, container api",
});

test("what is written reads back, sorted, each finding once", () => {
  const text = baselineText([entry("b", "error"), entry("a", "info"), entry("b", "error")]);
  const read = readBaseline(text);
  assert.ok(read.ok);
  assert.deepEqual(
    read.value.findings.map(({ fingerprint }) => fingerprint),
    ["a", "b"],
  );
});

test("a worse grade of a known finding is new, a milder one is not", () => {
  const known = new Map([["a", entry("a", "warning")]]);
  assert.deepEqual(
    (["info", "warning", "error"] as const).map((severity) => isKnown(known, "a", severity)),
    [true, true, false],
  );
  assert.equal(isKnown(known, "b", "info"), false);
});

test("another file, another ruleset and a broken one are refused with the reason", () => {
  const what = (text: string): string => {
    const read = readBaseline(text);
    return read.ok ? "" : read.error.what;
  };
  assert.match(what("{"), /no JSON/);
  assert.match(what("null"), /schema/);
  assert.match(what('{"schema":"hotpod.baseline/v1","ruleset":9}'), /ruleset 9/);
  assert.match(what('{"schema":"hotpod.baseline/v1","ruleset":1,"findings":[{}]}'), /findings/);
});
