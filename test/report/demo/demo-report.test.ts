import assert from "node:assert/strict";
import { test } from "node:test";
import { demoDrawing } from "#report/demo/demo-drawing.js";
import { demoHtml, demoReport, demoText } from "#report/demo/demo-report.js";
import { sampleRun } from "#test/report/demo/sample-run.js";

test("the report counts what happened, and nothing else is in it", () => {
  assert.deepEqual(demoReport(sampleRun()), {
    requests: 12_345,
    failed: 0,
    swaps: 2,
    rejected: 1,
    rollbacks: 0,
    failedBuilds: 1,
    saveToServingMs: { p50: 640, max: 820 },
    swapMs: { p50: 11, max: 12 },
    partsP50: { noticeMs: 3, buildMs: 600.1, startMs: 5, readyMs: 6, switchMs: 0.1 },
    rssBytes: 52 * 2 ** 20,
  });
});

test("a run without a swap has no durations rather than zeros", () => {
  const report = demoReport(sampleRun({ steps: [], notices: [] }));
  assert.deepEqual(report.swapMs, { p50: null, max: null });
  assert.deepEqual(report.saveToServingMs, { p50: null, max: null });
  assert.equal(report.partsP50, null);
});

test("the time-line shows each build and each generation by how it ended", () => {
  const { lanes } = demoDrawing(sampleRun());
  const spans = lanes.map(({ name, spans }) => [name, spans.map(({ tone }) => tone).join(" ")]);
  assert.deepEqual(spans, [
    ["build", "busy bad busy quiet busy"],
    ["generation 1", "busy good quiet"],
    ["generation 2", "busy good quiet"],
    ["generation 3", "bad"],
    ["generation 4", "busy good"],
  ]);
  const second = lanes[2]?.spans[1];
  assert.deepEqual([second?.fromMs, second?.toMs], [1_813, 7_632], "serves until the next does");
});

test("the text is the table, the lanes and the verdict", () => {
  const failures = ["2 × reset, the first after 3s: ECONNRESET"];
  assert.equal(demoText(sampleRun({ failed: 2, failures })), GOLDEN);
});

const GOLDEN = `step             outcome       save → serving      swap  requests  failed
───────────────  ────────────  ──────────────  ────────  ────────  ──────
edit 1           served                 820ms      12ms     2,000       0
compile <error>  build failed               –         –     2,000       0
crash at start   rejected                   –         –     2,000       0
edit 2           served                 640ms      11ms     2,000       0
all              2 swaps            p50 640ms  p50 11ms    12,345       2
save → serving, p50 of each part: notice 3ms, build 600ms, start 5ms, ready 6ms, switch 0.1ms

saves        │       ▼              ✗               ✗              ▼                      │
build        │       ▒▒▒▒▒▒▒        ✗✗✗✗            ▒▒▒▒▒          ▒▒▒▒▒                  │
generation 1 │█████████████░░░░░░░░                                                       │
generation 2 │             █████████████████████████████████████████████░░░░░░░░░░░░░░░░░░│
generation 3 │                                          ✗                                 │
generation 4 │                                                         ▒██████████████████│
failed       │                                                                            │
              0                                                                        10s

12,345 requests, 2 failed; swaps: 2, failed builds: 1, rejected: 1; 10s
  2 × reset, the first after 3s: ECONNRESET`;

test("the page needs nothing from elsewhere and takes no text for markup", () => {
  const html = demoHtml(sampleRun());
  assert.doesNotMatch(html, /<script|<link|<img|@import|url\(|https?:/);
  assert.doesNotMatch(html, /compile <error>/);
  assert.match(html, /compile &lt;error&gt;/);
  assert.doesNotMatch(html, /NaN|undefined|Infinity/);
  assert.match(html, /<svg viewBox/);
});
