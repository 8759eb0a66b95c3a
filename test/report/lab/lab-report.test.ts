import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { compareReports } from "#report/lab/compare-reports.js";
import { labDrawing } from "#report/lab/lab-drawing.js";
import { labHtml } from "#report/lab/lab-html.js";
import { labJson } from "#report/lab/lab-json.js";
import { labMarkdown } from "#report/lab/lab-markdown.js";
import { labText, scenarioLine } from "#report/lab/lab-text.js";
import { measureText, programsText } from "#report/lab/lab-words.js";
import { PLAIN_STYLE } from "#report/text/text-style.js";
import { sampleReport } from "./sample-report.js";

const storyOf = () => ({ before: "It is stopped first.", after: "The same under hotpod." });

const validate = new Ajv2020.default({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync("schema/hotpod.lab.schema.json", "utf8")),
);

test("the JSON report is as its schema says", () => {
  assert.ok(validate(JSON.parse(labJson(sampleReport()))), JSON.stringify(validate.errors));
});

test("the schema refuses what is no report", () => {
  const report = JSON.parse(labJson(sampleReport()));
  report.scenarios[0].verdict = "perhaps";
  assert.ok(!validate(report));
});

test("the text tells claim, finding, surprises and skips", () => {
  const text = labText(sampleReport(), 100, PLAIN_STYLE);
  assert.match(text, /L199 {2}12 → 0 .*confirmed .*as-predicted/);
  assert.match(text, /Claim: Swaps lose requests/);
  assert.match(text, /Found: Only some do/);
  assert.match(text, /L299: not as predicted\n.*new: failed = 0: found 1.*\[failed requests\]/);
  assert.match(text, /Skipped:\n.*L399: go is missing: install Go/);
  assert.match(text, /2 of 3 scenarios run, 1 as predicted, 1 unexpected/);
  for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
});

test("a finished scenario is one line", () => {
  const [good, bad, skipped] = sampleReport().scenarios;
  assert.ok(good !== undefined && bad !== undefined && skipped !== undefined);
  assert.equal(scenarioLine(good, PLAIN_STYLE), "✓ L199   1.5 s A sample: confirmed");
  assert.match(scenarioLine(bad, PLAIN_STYLE), /^✗ L299 .*, not as predicted$/);
  assert.match(scenarioLine(skipped, PLAIN_STYLE), /^– L399 .*: skipped$/);
});

test("two runs that differ by chance only are the same", () => {
  assert.deepEqual(compareReports(sampleReport(12), sampleReport(12)), []);
  assert.deepEqual(compareReports(sampleReport(100), sampleReport(119)), []);
  assert.deepEqual(compareReports(sampleReport(12), sampleReport(17)), []);
});

test("changed verdicts and measures are told", () => {
  const changes = compareReports(sampleReport(12), sampleReport(5));
  assert.deepEqual(changes, ["L199: confirmed → confirmed-with-correction"]);
  assert.deepEqual(compareReports(sampleReport(100), sampleReport(200)), [
    "L199 old.failed: 100 → 200 requests",
  ]);
});

test("scenarios that are in one of them only are told", () => {
  const whole = sampleReport();
  const less = { ...whole, scenarios: whole.scenarios.slice(1) };
  assert.deepEqual(compareReports(whole, less), ["L199 was not run again"]);
  assert.deepEqual(compareReports(less, whole), ["L199 was not run before"]);
});

test("the page loads nothing, runs nothing, and says everything in words too", () => {
  const page = labHtml(sampleReport(), storyOf);
  assert.doesNotMatch(page, /<script|<link|src=|@import|url\(|https?:/);
  assert.match(page, /default-src 'none'; style-src 'unsafe-inline'"/);
  assert.match(page, /Liveness probe failed: &lt;refused&gt;/);
  assert.equal(page.match(/<svg /g)?.length, page.match(/<summary>The picture in words/g)?.length);
  for (const word of ["Claim", "What happened", "Correction", "What to do"]) {
    assert.ok(page.includes(`<dt>${word}</dt>`), word);
  }
  assert.match(page, /Skipped<\/dt><dd>go is missing/);
  assert.match(page, /<dt>Before<\/dt><dd>It is stopped first/);
});

test("a probe is drawn by its shape, and both sides of a scenario on one axis", () => {
  const page = labHtml(sampleReport(), storyOf);
  for (const tone of ["good", "bad", "busy"]) assert.match(page, new RegExp(`point ${tone}`));
  const [first] = sampleReport().scenarios;
  assert.ok(first !== undefined);
  const [old, fresh] = first.arms;
  assert.ok(old !== undefined && fresh !== undefined);
  const longer = { ...fresh, timeline: { ...fresh.timeline, tookMs: 9_000 } };
  const both = { ...first, arms: [old, longer] };
  assert.equal(labDrawing(both, old).tookMs, 9_000);
  assert.equal(labDrawing(both, longer).tookMs, 9_000);
});

test("an arm that is too short to be seen on the common axis has another, and says so", () => {
  const [first] = sampleReport().scenarios;
  assert.ok(first !== undefined);
  const [old, fresh] = first.arms;
  assert.ok(old !== undefined && fresh !== undefined);
  const took = (arm: typeof old, tookMs: number) => ({
    ...arm,
    timeline: { ...arm.timeline, tookMs },
  });
  const arms = [took(old, 9_000), took(fresh, 900), took(fresh, 899), took(old, 89)];
  const all = { ...first, arms };
  assert.deepEqual(
    arms.map((arm) => labDrawing(all, arm).tookMs),
    [9_000, 9_000, 899, 89],
  );
  const page = labHtml({ ...sampleReport(), scenarios: [all] }, storyOf);
  assert.equal(page.match(/its axis is another/g)?.length, 2);
});

test("predictions can be read: letters, names of arms and of measures, units", () => {
  const report = sampleReport();
  const page = labHtml(report, storyOf);
  const text = labMarkdown(report, storyOf);
  for (const said of [page, text]) assert.match(said, /F failureThreshold/);
  assert.match(page, /old <small>old<\/small>/);
  assert.match(text, /### before: old \(`old`\)/);
  assert.match(text, /\| failed requests \| 12 of 100 \| `failed` \|/);
  assert.match(text, /Before: It is stopped first/);
  const count = { kind: "count", about: "", value: 2.5, n: null, upper95: null } as const;
  assert.deepEqual(
    ["s", "ms", "%", "requests"].map((unit) => measureText({ ...count, unit })),
    ["2.5 s", "2.5 ms", "2.5 %", "2.5"],
  );
});

test("Markdown has a table of all and a section for each", () => {
  const text = labMarkdown(sampleReport(), storyOf);
  assert.match(
    text,
    /\| L199 \| A sample \| 12 → 0 \| failed requests \| confirmed \| as-predicted \|/,
  );
  assert.match(text, /## L299 A sample/);
  assert.match(text, /- ✗ failed = 0: found 1/);
  assert.match(text, /Skipped: go is missing: install Go/);
});

test("the programs of a run are named with their versions, wherever they lie", () => {
  const found = (need: string, detail: string) => ({ need, found: true, detail });
  const needs = [
    found("linux", "Linux"),
    found("go", "/usr/local/go/bin/go: go version go1.26.8 linux/amd64"),
    found("nginx", "/usr/sbin/nginx: nginx version: nginx/1.22.1"),
    found("air", "/opt/go 2.5/bin/air: v1.65.1, built with Go go1.26.8"),
    found("tini", "tini version 0.19.0"),
    found("dash", "/usr/bin/dash"),
    found("seccomp-notify", "seccomp user notification, Linux 6.18.44"),
    { need: "reflex", found: false, detail: "install reflex 1.2.3" },
    { need: "root", found: false, detail: "run the lab as root" },
  ];
  const text = "With nginx 1.22.1, air 1.65.1, tini 0.19.0; without reflex.";
  assert.equal(programsText(needs), text);
  assert.equal(programsText(needs.slice(0, 2)), "");
  assert.equal(programsText(needs.slice(-2)), "Without reflex.");
  const report = sampleReport();
  const run = { ...report.run, needs };
  assert.ok(labMarkdown({ ...report, run }, storyOf).includes(text));
  assert.ok(labHtml({ ...report, run }, storyOf).includes(text));
  assert.ok(labText({ ...report, run }, 100, PLAIN_STYLE).includes(text));
});
