/** The whole command, as a person calls it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";

const POD = `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  containers:
    - name: api
      image: api:1
      livenessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 5, failureThreshold: 1 }
      readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 5 }
`;

function simulate(t: TestContext, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-simulate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "pod.yaml");
  writeFileSync(file, POD);
  const timings = ["build=3s", "coldStart=1s", "appStart=0.4s"].flatMap((one) => ["--timing", one]);
  const plan = ["--saves", "every 60s", "--for", "5m", ...timings];
  const argv = ["-C", "source", "--import", "tsx", resolve("src/cli/main.ts"), "simulate"];
  return spawnSync(process.execPath, [...argv, file, ...plan, ...args], { encoding: "utf8" });
}

test("sets tools side by side, and says with its exit code that one of them hurts", (t) => {
  const { stdout, status } = simulate(t, "--tool", "air", "--tool", "hotpod");
  assert.equal(status, 1);
  assert.match(
    stdout,
    /air ≥1\.65\.2 on Kubernetes 1\.36 \(containerd\), 300 s: \d hazards found\./,
  );
  assert.match(stdout, /hotpod on Kubernetes 1\.36 \(containerd\), 300 s: no hazard found\./);
  assert.match(stdout, /requests lost +[1-9][\d,]* of [\d,]+ +0 of [\d,]+/);
});

test("streams events as JSON lines, the same bytes for the same seed, and figures last", (t) => {
  const first = simulate(t, "--tool", "hotpod", "--json");
  assert.equal(first.status, 0, first.stderr);
  const lines = first.stdout.trimEnd().split("\n");
  const { schema, totals } = JSON.parse(lines.at(-1) ?? "");
  assert.deepEqual([schema, totals.kills.value], ["hotpod.simulation/v1", 0]);
  assert.equal(lines.filter((line) => JSON.parse(line).ev === "promote").length, totals.saves + 1);
  const again = simulate(t, "--tool", "hotpod", "--json").stdout;
  const named = (text: string): string => text.replaceAll(/hotpod-simulate-\w+/g, "");
  assert.equal(named(again), named(first.stdout));
});

test("--out writes the format that the file's ending says, and tells so", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-simulate-out-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, begin] of [
    ["life.html", "<!doctype html>"],
    ["life.md", "# Pod"],
    ["life.mmd", "gantt"],
    ["life.json", '{"tool":"hotpod"'],
  ] as const) {
    const file = join(folder, name);
    const { stdout, status, stderr } = simulate(t, "--tool", "hotpod", "--out", file);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `wrote ${file}\n`);
    assert.ok(readFileSync(file, "utf8").startsWith(begin), name);
  }
  const nowhere = join(folder, "none", "x.html");
  const { status, stderr } = simulate(t, "--tool", "hotpod", "--out", nowhere);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /x\.html cannot be written: ENOENT\n {2}Name a file in a folder that exists/,
  );
});
