import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifeReport } from "#model/life/life-report.js";
import { comparisonText } from "#report/life/comparison-text.js";
import { viewerData } from "#report/life/lanes/viewer-data.js";
import { lifeHtml } from "#report/life/life-html.js";
import { lifeMarkdown } from "#report/life/life-markdown.js";
import { lifeMermaid } from "#report/life/life-mermaid.js";
import { lifeText } from "#report/life/life-text.js";
import { VIEWER_SCRIPT } from "#report/life/viewer-script.js";
import { assertFits, assertGolden } from "./golden.js";
import { someLife } from "./some-life.js";

const report = someLife();

test("stretches follow from events: probes by what they hear, requests by who is lost, back-off once", () => {
  const states = (kind: string): string[] =>
    report.spans
      .filter(({ lane }) => lane.kind === kind)
      .map(({ state, fromUs, toUs }) => `${state} ${fromUs / 1e6}-${toUs / 1e6}`);
  assert.deepEqual(states("probe"), ["failing 4-6", "passing 6-25", "failing 25-27"]);
  assert.deepEqual(states("requests"), ["answered 7-23", "refused 23-24", "answered 24-40"]);
  assert.deepEqual(states("container"), ["running 2-26", "killing 26-27", "back-off 27-40"]);
  assert.deepEqual(states("tool"), ["building 20-23"]);
});

for (const columns of [80, 160]) {
  test(`the text keeps to ${columns} columns, without colour, and shows what is short and bad`, () => {
    const text = lifeText(report, columns);
    const lanes = text.split("\n").filter((line) => line.includes("│"));
    assert.deepEqual([...new Set(lanes.map((line) => line.length))], [columns]);
    assert.ok(!text.includes("\u001b"), "no escape sequences");
    assertFits(text, columns);
    assertGolden(`life-${columns}.txt`, text);
    const requests = lanes.find((line) => line.startsWith("shop-0 requests")) ?? "";
    assert.match(requests, /█+✗+█+/);
    assert.match(
      text,
      /✗ the liveness probe kills the container\n {4}in 38 % of all cases, from 26 s to 30 s \(exact\) \[K15, HP203\]/,
    );
  });
}

test("what was never up is not told as if it had been ready", () => {
  const { totals } = report;
  const none = { ...totals.requests, ok: 0, refused: 0 };
  const [kill] = report.hazards;
  assert.ok(kill !== undefined);
  const never = someLife({
    totals: { ...totals, requests: none },
    hazards: [{ ...kill, kind: "not-ready" }],
  });
  assert.match(lifeText(never, 100), /not ready +all along\n/);
});

test("tools stand side by side, each with its figures", () => {
  const other: LifeReport = someLife({ tool: "hotpod" });
  const lines = comparisonText([report, other], 160).split("\n");
  assert.match(lines[0] ?? "", /^ +air ≥1\.65\.2 +hotpod$/);
  assert.match(lines[2] ?? "", /^kills by probes +0\.38 +0\.38$/);
  assert.match(
    lines.at(-2) ?? "",
    /^air ≥1\.65\.2 loses 100 requests and is killed 0\.4 times; hotpod /,
  );
});

for (const columns of [80, 160]) {
  test(`five tools at ${columns} columns: below each other where they do not fit`, () => {
    const tools = [
      "air ≥1.65.2",
      "hotpod",
      "wgo ≥0.5.0",
      "nodemon ≥3.0.0",
      "our own\u001b[31m reloader",
    ];
    const text = comparisonText(
      tools.map((tool) => someLife({ tool })),
      columns,
    );
    assertFits(text, columns);
    assertGolden(`comparison-${columns}.txt`, text);
  });
}

test("Markdown: tables, lanes as they are, nothing that its reader takes for HTML", () => {
  const text = lifeMarkdown([report, someLife({ tool: "hotpod" })]);
  assert.ok(!/<(script|b)>/.test(text));
  assert.ok(text.includes("| build | 3s \\| &lt;b&gt; | --timing |"));
  assert.equal(text.match(/^```/gm)?.length, 4);
  assert.match(text, /^\| {2}\| air ≥1\.65\.2 \| hotpod \|$/m);
});

test("Mermaid: a gantt chart of sections and tasks, no mark of its own in a name", () => {
  const lines = lifeMermaid(report).trimEnd().split("\n");
  assert.equal(lines[0], "gantt");
  const known =
    /^ {2}(title|dateFormat|axisFormat|section) \S|^ {4}[^:;#]+ :(active, |crit, |done, )?\d+, \d+$|^ {4}save :milestone, save\d+, \d+, 0ms$/;
  assert.deepEqual(
    lines.slice(1).filter((line) => !known.test(line)),
    [],
  );
  assert.ok(lines.includes("    100 requests refused, swap :crit, 23000, 24000"));
});

test("a chart of many stretches keeps the bad ones", () => {
  const [span] = report.spans;
  assert.ok(span !== undefined);
  const many = Array.from({ length: 5_000 }, (_, n) => ({
    ...span,
    fromUs: n * 2_000,
    toUs: n * 2_000 + 1_000,
  }));
  const bad = { ...span, state: "killing", fromUs: 77_000, toUs: 78_000 };
  const text = lifeMermaid(someLife({ spans: [...many, bad] }));
  assert.ok(text.split("\n").length < 140);
  assert.match(text, /killing.* :crit, 77, 78/);
});

test("a chart of many saves has one bar for them", () => {
  const [save] = report.events.filter(({ ev }) => ev === "save");
  assert.ok(save !== undefined);
  const events = Array.from({ length: 500 }, (_, n) => ({ ...save, t: n * 60_000 }));
  const lines = lifeMermaid(someLife({ events })).split("\n");
  assert.deepEqual(
    lines.filter((line) => line.includes("save")),
    ["  section saves", "    500 saves :done, 0, 29940"],
  );
});

test("the page needs nothing from elsewhere and runs nothing but its own script", () => {
  const page = lifeHtml([report, someLife({ tool: "hotpod" })]);
  assert.ok(!/(src|href)=|url\(|https?:|@import/.test(page));
  assert.ok(!page.includes("<script>alert"));
  assert.equal(page.match(/<script/g)?.length, 3, "two time-lines and the viewer");
  assert.match(
    page,
    /content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]{43}='"/,
  );
  assert.match(page, /<h2>Side by side<\/h2>/);
  const [, json = ""] = /<script type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
  assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(viewerData(report))));
});

test("the viewer's script is JavaScript", () => {
  assert.doesNotThrow(() => new Function(VIEWER_SCRIPT));
});
