import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { loadAll } from "js-yaml";

function run(...args: readonly string[]) {
  const main = ["-C", "source", "--import", "tsx", resolve("src/cli/main.ts"), "check", "export"];
  return spawnSync(process.execPath, [...main, ...args], { encoding: "utf8" });
}

interface Exported {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: Record<string, unknown>;
}

test("a stream of policies for kubectl, each with its rule", () => {
  for (const [form, kinds] of [
    ["admission-policy", ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]],
    ["kyverno", ["ClusterPolicy"]],
    ["gatekeeper", ["ConstraintTemplate", "HotpodHP210"]],
  ] as const) {
    const { stdout, status } = run(form, "--rule", "HP210");
    assert.equal(status, 0);
    const objects = loadAll(stdout) as Exported[];
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      kinds,
    );
    for (const { metadata } of objects) assert.equal(metadata.labels["hotpod.dev/rule"], "HP210");
  }
});

test("an error denies, a warning warns, and --action says otherwise", () => {
  const actions = (...args: string[]): unknown => {
    const objects = loadAll(run("admission-policy", ...args).stdout) as Exported[];
    return objects.find(({ kind }) => kind.endsWith("Binding"))?.spec.validationActions;
  };
  assert.deepEqual(actions("--rule", "HP201"), ["Deny"]);
  assert.deepEqual(actions("--rule", "HP210"), ["Warn", "Audit"]);
  assert.deepEqual(actions("--rule", "HP206"), ["Audit"]);
  assert.deepEqual(actions("--rule", "HP201", "--action", "audit"), ["Audit"]);
});

test("conftest gets a folder, and rules with an inventory are named where they are left out", (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-export-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { status, stdout } = run("conftest", "--out", join(folder, "policy"));
  assert.deepEqual([status, /^wrote \d+ files/.test(stdout)], [0, true]);
  assert.ok(readdirSync(join(folder, "policy")).includes("main.rego"));
  assert.match(run("kyverno", "--rule", "HP905").stderr, /left out HP905: it needs other objects/);
});

test("what cannot be exported is told with what to do", () => {
  for (const [args, message] of [
    [["conftest"], /--out policy/],
    [["kyvern"], /Did you mean kyverno/],
    [["kyverno", "--rule", "HP601"], /HP601 cannot be decided by an API server/],
    [["kyverno", "gatekeeper"], /one form too many/],
    [["kyverno", "--action", "forbid"], /deny, warn, audit/],
  ] as const) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});
