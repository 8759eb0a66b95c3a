import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const POD = `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  containers:
    - name: api
      image: api:1
      livenessProbe: { httpGet: { path: /healthz, port: 8080 } }
      readinessProbe: { httpGet: { path: /readyz, port: 8080 }, periodSeconds: 5 }
`;

function hotpod(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync("./hotpod", ["simulate", ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function manifest(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-forms-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "pod.yaml");
  writeFileSync(file, POD);
  return file;
}

test("recommend: values with reasons, proved; the patch alone is YAML", (t) => {
  const file = manifest(t);
  const given = ["recommend", file, "--timing", "coldStart=12", "--tool", "hotpod"];
  const text = hotpod(...given);
  assert.equal(text.status, 0, text.stderr);
  assert.match(
    text.stdout,
    /^Startup probe\n(?: .*\n)* {2}failureThreshold +10 +not set before\n/m,
  );
  assert.match(text.stdout, /Proof: simulated over every phase \(1 case\): no hazard\.\n$/);
  const patch = hotpod(...given, "--patch");
  assert.match(patch.stdout, /^spec:\n {2}containers:\n {4}- name: api\n/);
  const json = JSON.parse(hotpod(...given, "--json").stdout);
  assert.deepEqual([json.schema, json.proof.kind], ["hotpod.recommendation/v1", "proved"]);
});

test("recommend says what it needs and what it does not do", (t) => {
  const file = manifest(t);
  const without = hotpod("recommend", file, "--tool", "hotpod");
  assert.equal(without.status, 2);
  assert.match(without.stderr, /coldStart/);
  const two = hotpod(
    "recommend",
    file,
    "--timing",
    "coldStart=12",
    "--tool",
    "air",
    "--tool",
    "hotpod",
  );
  assert.equal(two.status, 2);
  assert.match(two.stderr, /values are recommended for one tool, and 2 are given/);
  const page = hotpod(
    "recommend",
    file,
    "--timing",
    "coldStart=12",
    "--tool",
    "hotpod",
    "--format",
    "html",
  );
  assert.equal(page.status, 2);
  assert.match(page.stderr, /recommend has no --format html/);
});
