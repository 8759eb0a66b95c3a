/** The command as a person calls it, as far as it runs no scenario. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { exitCode } from "#cli/lab/run-lab.js";
import { SCENARIOS } from "#lab/catalogue.js";
import { labJson } from "#report/lab/lab-json.js";
import { sampleReport } from "#test/report/lab/sample-report.js";

function lab(args: readonly string[], cwd = tmpdir()) {
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), resolve("src/cli/main.ts")];
  return spawnSync(process.execPath, [...argv, "lab", ...args], { encoding: "utf8", cwd });
}

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-lab-command-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("list names every scenario, or those of a chapter or tag", () => {
  const { stdout, status } = lab(["list"]);
  assert.equal(status, 0);
  for (const { id, title } of SCENARIOS) assert.ok(stdout.includes(id) && stdout.includes(title));
  assert.match(stdout, /^L104 .* yes {2,}\S/m);
  assert.doesNotMatch(stdout, /^L102 .* yes {2,}/m);
  const quick = lab(["list", "--quick"]).stdout;
  for (const { id, tags } of SCENARIOS)
    assert.equal(quick.includes(id), tags.includes("quick"), id);
});

test("show tells claim, finding, predictions and how to see it by hand", () => {
  const { stdout, status } = lab(["show", "l101"]);
  assert.equal(status, 0);
  for (const word of [
    "Claim",
    "Before",
    "After",
    "What was found",
    "Measured",
    "Predicted",
    "By hand",
  ]) {
    assert.match(stdout, new RegExp(`^${word}$`, "m"));
  }
  assert.match(stdout, /enoent = 0: /);
  assert.match(stdout, /enoent: starts that found no file/);
});

const mistakes: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [["L1001"], /"L1001" is no scenario, chapter or tag/],
  [["show"], /show needs to know which scenario/],
  [["show", "tag:file"], /Did you mean tag:files\?/],
  [["--scale", "2"], /--scale "2" is not understood/],
  [["--arm", "middle"], /before, after, both/],
  [["--format", "table,xml"], /--format "xml" is not understood/],
  [["--format", "html"], /--out FOLDER/],
  [["--repeat", "0"], /--repeat "0" is not understood/],
  [["--cri", "docker"], /--cri "docker" is not understood[\s\S]*containerd, crio, dockershim/],
  [["--cri", "crio", "--context", "kind"], /--cri "crio" is not understood[\s\S]*--arm all/],
  [
    ["--phase", "0.5"],
    /--phase "0\.5" is not understood[\s\S]*every phase[\s\S]*hotpod simulate --phase/,
  ],
  [["--quick", "--full"], /--quick and --full exclude each other/],
  [["--quickly"], /--quick/],
  [["compare", "one.json"], /compare takes two reports/],
  [["compare", "none.json", "none.json"], /none\.json/],
];

for (const [args, said] of mistakes) {
  test(`lab ${args.join(" ")}: a clear error and exit code 2`, () => {
    const { stderr, status } = lab(args);
    assert.match(stderr, said);
    assert.equal(status, 2);
  });
}

test("a work folder that cannot be made is named", (t) => {
  const folder = folderOf(t, { file: "" });
  const places = { [join(folder, "file", "below")]: "ENOTDIR|EEXIST", "/proc/below/it": "ENOENT" };
  for (const [place, code] of Object.entries(places)) {
    const { stderr, status } = lab(["L102", "--workdir", place]);
    assert.match(stderr, new RegExp(`the lab's work folder cannot be made: (${code})`));
    assert.equal(status, 2);
  }
});

test("a folder for the report that cannot be made or written is named before anything runs", (t) => {
  const folder = folderOf(t, { file: "" });
  for (const out of [join(folder, "file", "below"), "/proc/below/it"]) {
    const { stderr, stdout, status } = lab(["L102", "--out", out, "--format", "json"]);
    assert.match(stderr, /cannot be written: E[A-Z]+\n.*--out FOLDER/);
    assert.doesNotMatch(stderr + stdout, /scenario/);
    assert.equal(status, 2);
  }
});

test("compare: what changed, and the exit code", (t) => {
  const folder = folderOf(t, {
    "old.json": labJson(sampleReport(100)),
    "new.json": labJson(sampleReport(300)),
    "other.json": "{}",
  });
  const changed = lab(["compare", "old.json", "new.json"], folder);
  assert.match(changed.stdout, /^L199 old\.failed: 100 → 300 requests$/m);
  assert.equal(changed.status, 1);
  const same = lab(["compare", "old.json", "old.json"], folder);
  assert.match(same.stdout, /nothing that counts has changed/);
  assert.equal(same.status, 0);
  assert.match(
    lab(["compare", "old.json", "other.json"], folder).stderr,
    /no report of hotpod lab/,
  );
});

test("the exit code of a run", () => {
  const [good, bad, skipped] = sampleReport().scenarios;
  assert.ok(good !== undefined && bad !== undefined && skipped !== undefined);
  assert.equal(exitCode([good, skipped]), 0);
  assert.equal(exitCode([good, bad]), 1);
  assert.equal(exitCode([skipped]), 3);
});
