import assert from "node:assert/strict";
import { test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { projectOf } from "#cli/check/load-project.js";
import { startupBudgetTooSmall } from "#rules/hp2/hp202-startup-budget-too-small.js";
import { judge } from "#rules/judge/judge.js";

const pod = (liveness: string): string => `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  containers:
    - name: api
      image: shop:1
      startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 2, failureThreshold: 10 }
      ${liveness}
`;

const LIVENESS = "livenessProbe: { tcpSocket: { port: 8080 }, failureThreshold: 1 }";

function notes(liveness: string, ...flags: readonly string[]): readonly string[] {
  const options = readCheckOptions(["-", "--timing", "coldStart=25", ...flags]);
  const { project } = projectOf(options, [{ kind: "manifest", file: "-", text: pod(liveness) }]);
  const { findings } = judge(project, [startupBudgetTooSmall]);
  assert.equal(findings.length, 1);
  return findings.flatMap(({ fault }) => (fault.related ?? []).map(({ message }) => message));
}

test("a liveness probe that may come first after its own kill is named, where the kubelet may do so", () => {
  for (const flags of [[], ["--kube-version", "1.35"], ["--kube-version", "1.36"]]) {
    const [note = ""] = notes(LIVENESS, ...flags);
    assert.match(note, /141155.*one failed attempt kills it again/);
  }
  assert.deepEqual(notes(LIVENESS, "--kube-version", "1.34"), []);
  assert.deepEqual(notes(""), []);
});
