/** `hotpod lab --context` against the real node: the pods live as the model says, and nothing stays behind. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startChild } from "#edge/observe/child.js";
import { createFeed } from "#edge/observe/feed.js";
import type { ScenarioResult } from "#model/lab/lab-report.js";
import { unexpected } from "#report/lab/lab-words.js";
import { record } from "#test/node/cluster/findings.js";
import { run } from "#test/node/cluster/kubectl.js";
import { eventually, tell } from "#test/node/cluster/patience.js";

const IMAGE = "hotpod.local/e2e:1";

async function startLab(t: TestContext, scenario: string) {
  const argv = ["dist/hotpod.js", "lab", scenario, "--context", "node", "--image", IMAGE];
  const lines = createFeed<string>();
  const lab = await startChild([process.execPath, ...argv, "--format", "json"], {
    ...{ cwd: process.cwd(), env: process.env },
    onLine: (line) => lines.push(line),
  });
  t.after(() => lab.stop(60_000));
  const started = await lines.until("a namespace", (line) => NAMESPACE.test(line), 0, 60_000);
  return { lab, lines, namespace: NAMESPACE.exec(started)?.[1] ?? "" };
}

const NAMESPACE = /^namespace (hotpod-lab-[0-9a-f]{8}), Kubernetes/;

async function assertGone(namespace: string): Promise<void> {
  const found = await run("kubectl", ["get", "namespace", namespace, "--ignore-not-found"]);
  assert.equal(found, "");
}

test("a crash loop that counts and one that does not, as the model lives them", {
  timeout: 240_000,
}, async (t) => {
  const { lab, lines, namespace } = await startLab(t, "L104");
  const code = await lab.finished;
  const said = lines.items.join("\n");
  const result = JSON.parse(lines.items.find((line) => line.startsWith("{")) ?? "null");
  const { arms, verdict } = result as ScenarioResult;
  assert.deepEqual(unexpected(result), [], said);
  assert.equal(code, 0, said);
  assert.equal(verdict, "confirmed-with-correction");
  assert.deepEqual(
    arms.map(({ side, status }) => `${side} ${status}`),
    ["cluster run", "cluster run"],
  );
  const beside = arms.flatMap((arm) => arm.beside ?? []);
  assert.ok(beside.length >= 9, `${beside.length} things compared`);
  const waited = beside.find(({ what }) => what === "start 4, after end 3");
  tell(`${beside.length} things as in the model; the third restart waited ${waited?.real} s`);
  record("lab", { compared: beside.length, thirdRestartSeconds: waited?.real[0] });
  await assertGone(namespace);
});

test("SIGTERM in the middle: the namespace goes before the lab does", {
  timeout: 180_000,
}, async (t) => {
  const { lab, namespace } = await startLab(t, "L204");
  await eventually("a pod", 60_000, async () => {
    const pods = await run("kubectl", ["get", "pods", "-n", namespace, "--output=name"]);
    return pods.includes("l204-pod-drains") ? pods : null;
  });
  lab.signal("SIGTERM");
  assert.equal(await lab.finished, 143);
  await assertGone(namespace);
});

test("SIGKILL in the middle: the namespace goes all the same", { timeout: 180_000 }, async (t) => {
  const { lab, namespace } = await startLab(t, "L204");
  lab.signal("SIGKILL");
  await lab.exited;
  await eventually("the end of the namespace", 90_000, async () => {
    const found = await run("kubectl", ["get", "namespace", namespace, "--ignore-not-found"]);
    return found === "" ? true : null;
  });
});
