import assert from "node:assert/strict";
import { test } from "node:test";
import { findingText } from "#cli/simulate/forms/finding-text.js";
import { seededDefects } from "#simulate/properties/defects/seeded-defects.js";
import {
  examineCase,
  replayCase,
  type Subject,
  simplestCase,
} from "#simulate/properties/examine-case.js";
import { readToken, writeToken } from "#simulate/properties/replay-token.js";

function subject(name: string): Subject {
  const defect = seededDefects.find((one) => one.name === name);
  assert.ok(defect !== undefined);
  return { name: "hotpod", reload: "hotpod", defect };
}

function firstSeed(of: Subject, rule: string): number {
  for (let seed = 1; seed <= 1_000; seed++) {
    if (examineCase(seed, of).some(({ watches }) => watches === rule)) return seed;
  }
  throw new Error(`no case breaks ${rule}`);
}

for (const [name, rule] of [
  ["plan-the-stop-1s-too-long", "I5"],
  ["promote-unready", "I6"],
  ["ticks-reanchored-by-restart", "K3"],
] as const) {
  test(`a finding is simple, and its token gives it again byte for byte: ${name}`, () => {
    const of = subject(name);
    const finding = simplestCase(firstSeed(of, rule), of, rule);
    assert.ok(finding.violations.some(({ watches }) => watches === rule));
    const { faults, saves, workload } = finding.input;
    assert.ok(faults.length + saves.length <= 2, findingText(finding));
    assert.ok(workload.template.spec.containers.length <= 2, findingText(finding));
    const read = readToken(writeToken(finding.token));
    assert.ok(read.ok);
    const again = replayCase(read.value, of);
    assert.ok(again !== null);
    assert.equal(findingText(again), findingText(finding));
    assert.equal(JSON.stringify(again.events), JSON.stringify(finding.events));
  });
}

test("a finding is a table with what is wrong above it and how to replay it below", () => {
  const of = subject("plan-the-stop-1s-too-long");
  const lines = findingText(simplestCase(firstSeed(of, "I5"), of, "I5")).split("\n");
  assert.match(lines[0] ?? "", /^I5: shop-0\/api at \d+s: SIGKILL \d+s after the stop signal$/);
  assert.match(lines.at(-1) ?? "", /^ {2}hotpod simulate replay hps1\.[\w-]+$/);
  const names = lines.slice(1, -1).map((line) => line.slice(2, 20).trim());
  for (const name of ["kubernetes", "reload", "container api", "grace period", "until"]) {
    assert.ok(names.includes(name), `${name} in ${names.join()}`);
  }
});

test("a path that leads nowhere is no case", () => {
  const token = { seed: 1, subject: "hotpod", defect: null, path: [99_999] };
  assert.equal(replayCase(token, { name: "hotpod", reload: "hotpod", defect: null }), null);
});
