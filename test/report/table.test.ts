import assert from "node:assert/strict";
import { test } from "node:test";
import { betweenMarkers } from "#report/between-markers.js";
import { quantile } from "#report/quantile.js";
import { markdownTable, textTable } from "#report/table.js";
import { textLanes } from "#report/timeline/text-lanes.js";

const columns = [
  { title: "tool", align: "left" },
  { title: "ms", align: "right" },
] as const;

test("text columns are as wide as their widest cell, numbers end together", () => {
  assert.equal(
    textTable(columns, [
      ["hotpod", "7"],
      ["x→y", "1234"],
    ]),
    ["tool      ms", "──────  ────", "hotpod     7", "x→y     1234"].join("\n"),
  );
});

test("Markdown cells cannot break out of their column", () => {
  assert.equal(
    markdownTable(columns, [["a|b\nc"]]),
    ["| tool | ms |", "|---|---:|", "| a\\|b c |  |"].join("\n"),
  );
});

test("only what stands between the markers is replaced", () => {
  const text = "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n";
  const once = betweenMarkers(text, "bench", "new $& text\n");
  assert.equal(once, "before\n<!-- bench:begin -->\nnew $& text\n<!-- bench:end -->\nafter\n");
  assert.equal(betweenMarkers(once ?? "", "bench", "new $& text\n"), once);
  assert.equal(betweenMarkers(text, "demo", "new"), null);
  assert.equal(betweenMarkers("<!-- a:end --><!-- a:begin -->", "a", "x"), null);
});

test("a quantile is a value that was measured", () => {
  assert.equal(quantile([5, 1, 3], 0.5), 3);
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2);
  assert.equal(quantile([1, 2, 3, 4], 1), 4);
  assert.equal(quantile([1, 2, 3, 4], 0), 1);
  assert.equal(quantile([], 0.5), null);
});

test("lanes in characters: what lies at the edges is drawn inside", () => {
  const drawing = {
    tookMs: 100,
    marks: [
      { atMs: 0, label: "first", tone: "quiet" },
      { atMs: 100, label: "last", tone: "bad" },
    ],
    lanes: [{ name: "a", spans: [{ fromMs: -50, toMs: 500, label: "all", tone: "good" }] }],
    traffic: { sliceMs: 10, succeeded: [1], failed: [0, 0, 3], latencyMaxMs: [1] },
  } as const;
  assert.deepEqual(textLanes(drawing, 10).split("\n"), [
    "saves  │▼        ✗│",
    "a      │██████████│",
    "failed │  ✗       │",
    "        0    100ms",
  ]);
});
