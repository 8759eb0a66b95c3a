/** Every format over the reports of all examples of the rules. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject } from "#cli/check/load-project.js";
import { reportOf, review } from "#cli/check/report-of.js";
import { checkJson } from "#report/check/check-json.js";
import type { CheckReport } from "#report/check/check-report.js";
import { checkText } from "#report/check/check-text.js";
import { githubAnnotations } from "#report/check/github-annotations.js";
import { junit } from "#report/check/junit.js";
import { sarif } from "#report/check/sarif.js";
import { RULES } from "#rules/catalogue.js";
import { fixtures } from "#test/rules/fixture-files.js";

function reports(): CheckReport[] {
  return fixtures().map(({ argv }) => {
    const loaded = loadProject(readCheckOptions(argv));
    return reportOf(loaded, RULES, review(loaded, RULES));
  });
}

const all = reports();

test("JSON is as its schema says", () => {
  const schema = JSON.parse(readFileSync("schema/hotpod.check.schema.json", "utf8"));
  const validate = new Ajv2020.Ajv2020({ allowUnionTypes: true }).compile(schema);
  for (const report of all) {
    assert.ok(validate(JSON.parse(checkJson(report))), JSON.stringify(validate.errors));
  }
  const [first] = all;
  assert.equal(validate({ ...first, schema: "hotpod.check/v2" }), false);
});

test("SARIF: every region lies in its file, every fix makes the text it says", () => {
  let regions = 0;
  for (const report of all) {
    const { runs } = JSON.parse(sarif(report, "0.1.0"));
    assert.equal(runs.length, 1);
    const [{ results, tool }] = runs;
    assert.equal(results.length, report.findings.length + report.open.length);
    for (const result of results) {
      assert.equal(tool.driver.rules[result.ruleIndex].id, result.ruleId);
      const physical = result.locations[0].physicalLocation;
      if (physical === undefined) continue;
      const { uri } = physical.artifactLocation;
      const lines = readFileSync(decodeURIComponent(uri), "utf8").split("\n");
      const { startLine, startColumn, endLine, endColumn } = physical.region;
      assert.ok(startLine <= endLine && endLine <= lines.length, `${uri}:${startLine}`);
      assert.ok(startColumn <= (lines[startLine - 1] ?? "").length + 1);
      assert.ok(endColumn <= (lines[endLine - 1] ?? "").length + 1);
      regions++;
    }
  }
  assert.ok(regions > 400, `${regions} regions`);
});

test("GitHub's annotations are one a line, JUnit counts what it holds", () => {
  for (const report of all) {
    const active = report.findings.filter(({ suppressed }) => suppressed === null);
    const lines = githubAnnotations(report)
      .split("\n")
      .filter((line) => line !== "");
    assert.equal(lines.length, active.length);
    for (const line of lines) assert.match(line, /^::(error|warning|notice) [^:]*::./);
    const xml = junit(report);
    assert.equal([...xml.matchAll(/<failure /g)].length, active.length);
    assert.match(xml, new RegExp(`failures="${active.length}"`));
    assert.doesNotMatch(
      xml.replaceAll(/<\/?(\?xml|test(suites?|case)|failure|skipped|error)\b[^>]*>/g, ""),
      /[<>]/,
    );
  }
});

test("text keeps its width, and says at its end what was found", () => {
  for (const report of all) {
    const text = checkText(report, { columns: 100, showOpen: true, showAll: true });
    const prose = text.split("\n").filter((line) => !/│|^ {4}[-+ ]|:\d+:\d+: /.test(line));
    for (const line of prose) {
      assert.ok([...line].length <= 100 || !line.trim().includes(" "), line);
    }
    assert.match(
      text,
      /(nothing found|\d+ (errors?|warnings?|info)) in \d+ workloads? of \d+ files?/,
    );
  }
});
