/** The whole command, as a person calls it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";

const MAIN = resolve("src/cli/main.ts");

const POD = `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api # the service
      image: api:1
      livenessProbe:
        httpGet: { path: /healthz, port: 8080 }
        periodSeconds: 5
        failureThreshold: 1 # quick
`;

function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-check-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function check(folder: string, args: readonly string[], input = "") {
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), MAIN, "check"];
  return spawnSync(process.execPath, [...argv, ...args], { encoding: "utf8", cwd: folder, input });
}

test("says what it found, and with its exit code whether that is too much", (t) => {
  const folder = folderOf(t, { "pod.yaml": POD });
  const { stdout, status } = check(folder, ["pod.yaml"]);
  assert.equal(status, 0);
  assert.match(stdout, /^pod\.yaml:11:27: warning HP210 one-strike-liveness$/m);
  assert.match(stdout, /^ {4}\+ +failureThreshold: 3 # quick$/m);
  assert.match(stdout, /^1 warning in 1 workload of 1 file; 1 rule not judged/m);
  assert.equal(check(folder, ["pod.yaml", "--fail-on", "warning"]).status, 1);
  assert.equal(check(folder, ["pod.yaml", "--strict-inputs"]).status, 4);
  assert.equal(check(folder, ["pod.yaml", "--timing", "coldStart=60"]).status, 1);
});

test("mends what it can, and nothing else of the file", (t) => {
  const folder = folderOf(t, { "pod.yaml": POD });
  const shown = check(folder, ["pod.yaml", "--fix", "--diff"]);
  assert.match(shown.stdout, /^-.*failureThreshold: 1 # quick\n\+.*failureThreshold: 3 # quick$/m);
  assert.equal(readFileSync(join(folder, "pod.yaml"), "utf8"), POD);
  assert.equal(check(folder, ["pod.yaml", "--fix"]).status, 0);
  const fixed = POD.replace("failureThreshold: 1", "failureThreshold: 3");
  assert.equal(readFileSync(join(folder, "pod.yaml"), "utf8"), fixed);
  assert.match(check(folder, ["pod.yaml"]).stdout, /^nothing found in 1 workload of 1 file/m);
});

test("a baseline sets aside what is known, and lets go of what is gone", (t) => {
  const folder = folderOf(t, { "pod.yaml": POD });
  assert.match(check(folder, ["pod.yaml", "--write-baseline", "b.json"]).stdout, /1 finding$/m);
  const quiet = check(folder, ["pod.yaml", "--baseline", "b.json", "--fail-on", "info"]);
  assert.equal(quiet.status, 0, quiet.stdout);
  assert.match(quiet.stdout, /1 set aside/);
  check(folder, ["pod.yaml", "--fix"]);
  const pruned = check(folder, ["pod.yaml", "--baseline", "b.json", "--prune-baseline"]);
  assert.match(pruned.stdout, /0 findings$/m);
});

test("what cannot be read is told with its place, and the rest is judged", (t) => {
  const folder = folderOf(t, {
    "all.yaml": `${POD}---\na: [\n---\n${POD.replace("api }", "b }")}`,
  });
  const { stdout, status } = check(folder, ["all.yaml"]);
  assert.equal(status, 2);
  assert.match(stdout, /^unread all\.yaml:1[34]:\d+/m);
  assert.match(stdout, /^2 warnings in 2 workloads/m);
});

test("mistakes of the call are refused with what to do", (t) => {
  const folder = folderOf(t, { "pod.yaml": POD, "t.yaml": "a: {{ .Values.a }}\n" });
  mkdirSync(join(folder, "empty"));
  for (const [args, words] of [
    [["empty"], /empty: there is nothing to judge in 0 files/],
    [["missing.yaml"], /missing\.yaml does not exist/],
    [["t.yaml"], /t\.yaml:1:4: a template that is not rendered/],
    [["pod.yaml", "--rule", "HP21O"], /no rule "HP21O"/],
    [["pod.yaml", "--format", "xml"], /--format "xml" is not understood/],
    [["pod.yaml", "--timing", "coldstart=3"], /coldstart/],
    [["pod.yaml", "--safety", "x"], /--safety "x" is not understood/],
  ] as const) {
    const { stderr, status } = check(folder, args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, words);
  }
});

test("standard input, every format, and what a rule means", (t) => {
  const folder = folderOf(t, {});
  const { stdout } = check(folder, ["-", "--format", "json"], POD);
  const report = JSON.parse(stdout);
  assert.equal(report.schema, "hotpod.check/v1");
  assert.deepEqual(
    report.findings.map(({ rule, place }: { rule: string; place: { line: number } }) => [
      rule,
      place.line,
    ]),
    [["HP210", 11]],
  );
  const sarif = JSON.parse(check(folder, ["-", "--format", "sarif"], POD).stdout);
  assert.equal(sarif.runs[0].results[0].ruleId, "HP210");
  assert.match(
    check(folder, ["-", "--format", "github"], POD).stdout,
    /^::warning file=-,line=11,/,
  );
  assert.match(check(folder, ["-", "--format", "junit"], POD).stdout, /<failure type="warning"/);
  assert.match(check(folder, ["explain", "HP210"]).stdout, /^HP210 one-strike-liveness/);
  assert.match(check(folder, ["list"]).stdout, /^HP1307 +suppression-hygiene/m);
});
