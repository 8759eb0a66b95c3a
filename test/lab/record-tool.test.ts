/** What is kept of a run as the recorded one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { labIndex, scenarioPage } from "#cli/lab/scenario-page.js";
import { SCENARIOS } from "#lab/catalogue.js";
import type { LabReport } from "#model/lab/lab-report.js";

test("programs and their versions are kept, where they lie is not, and the pages name them", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-record-lab-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const report: LabReport = JSON.parse(readFileSync("docs/lab/recorded.json", "utf8"));
  const needs = [
    { need: "linux", found: true, detail: "Linux" },
    { need: "air", found: true, detail: "/opt/go/bin/air: v1.65.1, built with Go go1.26.8" },
    { need: "second-fs", found: true, detail: "/dev/shm" },
    { need: "entr", found: false, detail: "install entr (Debian: apt-get install entr)" },
  ];
  const run = { ...report.run, needs };
  writeFileSync(join(folder, "lab.json"), JSON.stringify({ ...report, run }));
  const tool = resolve("tools/record-lab.mjs");
  const { status, stderr } = spawnSync(process.execPath, [tool, "lab.json"], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  assert.equal(status, 0, stderr);
  const text = readFileSync(join(folder, "docs/lab/recorded.json"), "utf8");
  const recorded: LabReport = JSON.parse(text);
  assert.deepEqual(recorded.run.needs, [
    { need: "linux", found: true, detail: "Linux" },
    { need: "air", found: true, detail: "v1.65.1, built with Go go1.26.8" },
    { need: "second-fs", found: true, detail: "" },
    { need: "entr", found: false, detail: "" },
  ]);
  const index = labIndex(SCENARIOS, recorded);
  assert.match(index, /^Recorded with air 1\.65\.1; without entr\.$/m);
  const pageOf = (id: string): string => {
    const scenario = SCENARIOS.find((one) => one.id === id);
    assert.ok(scenario !== undefined);
    return scenarioPage(scenario, recorded);
  };
  assert.match(pageOf("L209"), /^Recorded with air 1\.65\.1; without entr\.$/m);
  assert.doesNotMatch(pageOf("L102"), /^Recorded with/m);
});
