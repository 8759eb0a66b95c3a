/** However a lab ends, nothing of it stays. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { otherFileSystem } from "#edge/lab/detect-needs.js";
import type { LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { until } from "#test/real/run/processes.js";
import {
  assertNothingLeft,
  foldersElsewhere,
  foldersOf,
  processesOf,
  startLab,
} from "./lab-process.js";

const PROGRAMS = ["sh", "sleep", "cp", "mv", "rm", "install", "unshare", "mount", "true"];

/** A PATH with Node and the system's usual programs, and without Go. */
function pathWithoutGo(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-lab-path-"));
  context.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(process.execPath, join(folder, "node"));
  for (const name of PROGRAMS) symlinkSync(`/usr/bin/${name}`, join(folder, name));
  return folder;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} in the middle of a scenario`, { timeout: 120_000 }, async (context) => {
    const lab = await startLab(context, ["L103"]);
    await until(() => processesOf(lab).some((one) => one.includes("app.mjs")), "the service");
    const [own = ""] = foldersOf(lab);
    lab.child.signal(signal);
    assert.equal(await lab.child.finished, signal === "SIGINT" ? 130 : 143);
    assertNothingLeft(lab);
    assert.deepEqual(foldersElsewhere(lab, own), []);
  });
}

test("SIGINT after the first scenario: its report is written", {
  timeout: 120_000,
}, async (context) => {
  const lab = await startLab(context, ["L302", "L403", "--out", "report", "--format", "json"]);
  const isFirst = (line: string): boolean => line.includes("✓ L302");
  await lab.all.until("the end of the first scenario", isFirst, 0, 60_000);
  lab.child.signal("SIGINT");
  assert.equal(await lab.child.finished, 130);
  const report = JSON.parse(readFileSync(join(lab.cwd, "report", "lab.json"), "utf8"));
  const { scenarios } = report as LabReport;
  assert.deepEqual(
    scenarios.map(({ id, status }) => `${id} ${status}`),
    ["L302 run"],
  );
  assertNothingLeft(lab);
});

test("SIGKILL: what it had started ends all the same, and its folder goes", {
  timeout: 120_000,
}, async (context) => {
  const lab = await startLab(context, ["L103"]);
  await until(() => processesOf(lab).some((one) => one.includes("app.mjs")), "the service");
  lab.child.signal("SIGKILL");
  await lab.child.exited;
  await until(() => processesOf(lab).length === 0 && foldersOf(lab).length === 0, "the end of all");
});

test("SIGKILL: its folder on another file system goes, too", {
  timeout: 120_000,
}, async (context) => {
  const lab = await startLab(context, ["L106", "--arm", "before"]);
  if (otherFileSystem(lab.temporary) === null) return context.skip("no other file system");
  await until(() => foldersOf(lab).length === 1, "the work folder");
  const [own = ""] = foldersOf(lab);
  const elsewhere = (): boolean => foldersElsewhere(lab, own).length > 0;
  await until(elsewhere, "the folder on another file system");
  lab.child.signal("SIGKILL");
  await lab.child.exited;
  await until(() => !elsewhere() && foldersOf(lab).length === 0, "the end of all");
});

test("without Go: what needs it is skipped with its reason, the rest runs", {
  timeout: 120_000,
}, async (context) => {
  const env = { PATH: pathWithoutGo(context) };
  const lab = await startLab(context, ["L102", "--format", "json"], env);
  assert.equal(await lab.child.finished, 0, lab.all.items.join("\n"));
  const result = JSON.parse(lab.stdout.items[0] ?? "") as ScenarioResult;
  const status = result.arms.map(({ name, status: one }) => `${name} ${one}`);
  assert.deepEqual(status, ["rename run", "cp run", "hotpod skipped"]);
  assert.match(result.arms[2]?.reason ?? "", /^go is missing: install Go/);
  assert.equal(result.headline.after, "–");
  assertNothingLeft(lab);
});

test("nothing can be run: exit code 3", { timeout: 60_000 }, async (context) => {
  const env = { PATH: pathWithoutGo(context) };
  const lab = await startLab(context, ["L102", "--arm", "after"], env);
  assert.equal(await lab.child.finished, 3);
  assert.match(lab.all.items.join("\n"), /L102: go is missing/);
  assertNothingLeft(lab);
});

test("the lab's kubelet on a real clock lives as the model does in virtual time", {
  timeout: 200_000,
}, async (context) => {
  const lab = await startLab(context, ["self"]);
  const code = await lab.child.finished;
  const said = lab.all.items.join("\n");
  assert.match(said, /12 of 12 pods lived as in the model/);
  assert.equal(code, 0, said);
  assertNothingLeft(lab);
});
