import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { kubectlGet } from "#edge/cluster/kubectl-get.js";
import { kubectlLogs } from "#edge/cluster/kubectl-logs.js";

/** A program of that name that is found first; without a script, none is found at all. */
function kubectl(t: TestContext, script: string | null): void {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  const before = process.env.PATH;
  if (script !== null) {
    writeFileSync(join(folder, "kubectl"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "kubectl"), 0o755);
  }
  process.env.PATH = script === null ? folder : `${folder}:${before}`;
  t.after(() => {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  });
}

const QUESTION = { context: "prod", namespace: null, kinds: ["deployments.apps", "services"] };

test("asks for the kinds, in the context, in all namespaces or one", (t) => {
  kubectl(t, 'echo "$*"');
  const all = kubectlGet(QUESTION);
  assert.ok(all.ok);
  assert.equal(
    all.value.trim(),
    "get deployments.apps,services --output=json --context=prod --all-namespaces",
  );
  const one = kubectlGet({ ...QUESTION, context: "", namespace: "web" });
  assert.ok(one.ok);
  assert.equal(one.value.trim(), "get deployments.apps,services --output=json --namespace=web");
});

test("kubectl's own words say why not", (t) => {
  kubectl(t, 'echo "error: context \\"prod\\" does not exist" >&2; exit 1');
  assert.deepEqual(kubectlGet(QUESTION), {
    ok: false,
    error: { kind: "refused", words: 'error: context "prod" does not exist' },
  });
});

test("without kubectl", (t) => {
  kubectl(t, null);
  assert.deepEqual(kubectlGet(QUESTION), { ok: false, error: { kind: "no-kubectl" } });
});

test("the newest lines of one container of one pod", (t) => {
  kubectl(t, 'echo "$*"');
  const question = { context: "prod", namespace: "web", owner: "deployment/shop", lines: 500 };
  const answer = kubectlLogs({ ...question, container: "api" });
  assert.ok(answer.ok);
  assert.equal(
    answer.value.trim(),
    "logs deployment/shop --container=api --tail=500 --namespace=web --request-timeout=15s --context=prod",
  );
});
