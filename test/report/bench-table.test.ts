import assert from "node:assert/strict";
import { test } from "node:test";
import { type BenchResult, benchMarkdown, type ReloadResult } from "#report/bench-table.js";

const row: ReloadResult = {
  name: "tool",
  version: "v1",
  note: "defaults",
  saveToServingMs: [700, 800],
  saveToServingP50Ms: 700,
  lostEdits: 0,
  requests: 12_000,
  failed: 3,
  longestGapMs: 1_234,
  burstBuilds: 2,
  burstServingMs: 900,
  afterCompileError: "down",
  rssBytes: 10 * 2 ** 20,
  idleCpuPercent: 0.018,
  othersCpuPercent: 2,
};
const result: BenchResult = {
  format: "hotpod.bench/v1",
  date: "2026-01-31",
  command: "make bench",
  machine: "2 cores",
  reload: [row],
  upgrades: [],
  missing: [],
};

test("a row says what was measured, and what differs from the defaults", () => {
  const [, , first, second] = benchMarkdown({
    ...result,
    reload: [row, { ...row, note: "tuned", saveToServingP50Ms: null, lostEdits: 7 }],
  }).split("\n");
  assert.equal(first, "| tool | 700ms | 3 of 12,000 | 1.23s | 2 | down | 10 MiB | 0.02 % |");
  assert.match(second ?? "", /^\| tool \(tuned\) \| – \(7 never served\) \|/);
});

test("what is missing is named, and a busy machine is owned up to", () => {
  assert.doesNotMatch(benchMarkdown(result), /Not measured|other work/);
  const missing = [{ name: "wgo", why: "404 Not Found" }];
  assert.match(benchMarkdown({ ...result, missing }), /Not measured: wgo \(404 Not Found\)\./);
  const busy = { ...result, reload: [row, { ...row, othersCpuPercent: 80 }] };
  assert.match(benchMarkdown(busy), /other work \(up to 80 % of a core\)/);
});

test("upgrades alone need no table of reloads", () => {
  const upgrades = [
    {
      name: "tool",
      upgrades: 3,
      requests: 1_000,
      failed: 2,
      reasons: "2 reset",
      longestGapMs: 8,
      p99Ms: 4,
    },
  ];
  const [recorded, , , , first] = benchMarkdown({ ...result, reload: [], upgrades }).split("\n");
  assert.equal(recorded, "Recorded 2026-01-31 by `make bench` on 2 cores.");
  assert.equal(first, "| tool | 2 of 1,000 | 2 reset | 8ms | 4ms |");
});
