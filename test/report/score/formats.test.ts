/** Every format over the reports of all examples of the rules. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { scoreReportOf } from "#cli/score/score-report-of.js";
import { escapeHtml } from "#report/escape-html.js";
import { scoreHtml } from "#report/score/score-html.js";
import { scoreJson } from "#report/score/score-json.js";
import type { ScoreReport } from "#report/score/score-report.js";
import { scoreText } from "#report/score/score-text.js";
import { SORTER_HASH, SORTER_SCRIPT } from "#report/score/sorter-script.js";
import { htmlTags } from "#test/report/life/html-tags.js";
import { orders } from "#test/rules/score/orders.js";
import { exampleInputs, scoredWith } from "#test/rules/score/scored-inputs.js";

const inputs = exampleInputs();
const all = inputs
  .filter((_, index) => index % 3 === 0)
  .map((one) => scoreReportOf(scoredWith(one, one.files), null));

/** Three services, one of them hostile in every name that a manifest may have. */
function fleet(): ScoreReport {
  const [input] = inputs;
  assert.ok(input !== undefined);
  const hostile = `"<script>alert(1)</script>&'\\u001b[31m"`;
  const files = ["orders", "stock", "users"].map((name) => {
    const text = orders({ name }).replace("[air]", `[air, -c, ${hostile}]`);
    return { kind: "manifest" as const, file: `${name}<b>.yaml`, text };
  });
  const options = { ...input.options, timing: ["coldStart=60", "gap=1.2"] };
  return scoreReportOf(scoredWith({ options }, files), {
    totals: new Map([
      ["shop/Deployment/orders", 90],
      ["shop/Deployment/<i>", 10],
    ]),
    median: 70,
  });
}

test("JSON is as its schema says", () => {
  const schema = JSON.parse(readFileSync("schema/hotpod.score.schema.json", "utf8"));
  const validate = new Ajv2020.Ajv2020({ allowUnionTypes: true }).compile(schema);
  let steps = 0;
  for (const report of [...all, fleet()]) {
    assert.ok(validate(JSON.parse(scoreJson(report))), JSON.stringify(validate.errors));
    steps += report.services.flatMap((one) => one.steps).length;
  }
  assert.ok(steps > 80, `${steps} steps`);
  const [first] = all;
  assert.equal(validate({ ...first, schema: "hotpod.score/v2" }), false);
  const { weights: _, ...rest } = JSON.parse(scoreJson(fleet()));
  assert.equal(validate(rest), false);
});

test("points of the groups of an indicator make its score", () => {
  for (const { services } of all) {
    for (const { indicators } of services) {
      for (const { groups, score, bound } of indicators) {
        const known = groups.filter(({ earned }) => earned !== null);
        const sum = (of: (group: (typeof groups)[number]) => number): number =>
          known.reduce((total, group) => total + of(group), 0);
        if (score === null || bound !== null) continue;
        const made = (100 * sum(({ earned }) => earned ?? 0)) / sum(({ points }) => points);
        assert.ok(Math.abs(made - score) < 0.1, `${made} and ${score}`);
      }
    }
  }
});

test("the page is whole, runs no script but its own, and needs nothing from elsewhere", () => {
  const digest = createHash("sha256").update(SORTER_SCRIPT).digest("base64");
  assert.equal(SORTER_HASH, `sha256-${digest}`);
  for (const report of [...all, fleet()]) {
    const page = scoreHtml(report);
    const tags = htmlTags(page);
    assert.equal(tags.filter((tag) => tag === "script").length, 1);
    assert.equal(tags.filter((tag) => tag === "section").length, report.services.length + 1);
    assert.ok(!tags.some((tag) => ["link", "img", "iframe", "object", "b<"].includes(tag)));
    assert.doesNotMatch(page, /(src|href)="(?!#)/);
    assert.doesNotMatch(page, /url\(|@import/);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) {
      assert.ok(page.includes(`id="${id}"`), `#${id} leads nowhere`);
    }
  }
});

test("everything can be read without its script", () => {
  const report = fleet();
  const [first] = report.services;
  assert.ok(first !== undefined);
  const page = scoreHtml(report).replace(/<script>.*<\/script>/s, "");
  assert.ok(page.includes("fix first") && page.includes("shop/Deployment/orders</h2>"));
  for (const { id, formula } of first.indicators.flatMap(({ groups }) => groups)) {
    assert.ok(page.includes(id), id);
    assert.ok(page.includes(escapeHtml(formula)), formula);
  }
  for (const { patch } of first.steps) {
    for (const { diff } of patch) {
      const added = diff.split("\n").find((line) => line.startsWith("+")) ?? "";
      assert.ok(page.includes(`<ins>${escapeHtml(added)}`), added);
    }
  }
});

test("text keeps its width but for tables, and holds no control characters", () => {
  for (const report of [...all, fleet()]) {
    const text = scoreText(report, 100);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f]/);
    const last = text.split("\n").at(-1) ?? "";
    assert.match(last, /below 60|measure first/);
  }
});

test("an older report is compared with: arrows, who crossed, who came and went", () => {
  const report = fleet();
  const { since } = report.fleet;
  assert.deepEqual(since?.fallen, ["shop/Deployment/orders"]);
  assert.deepEqual(since?.risen, []);
  assert.deepEqual(since?.come, ["shop/Deployment/stock", "shop/Deployment/users"]);
  assert.deepEqual(since?.gone, ["shop/Deployment/<i>"]);
  const own = report.services.find(({ name }) => name === "orders");
  assert.ok(own !== undefined && own.before === 90 && own.total < 60);
  assert.match(scoreText(report, 100), new RegExp(`${own.total}\\)? ↓${90 - own.total}`));
  assert.match(scoreHtml(report), new RegExp(`↓${90 - own.total}<`));
});
