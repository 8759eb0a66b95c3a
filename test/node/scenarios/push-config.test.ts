/** `hotpod push config`: new content of a ConfigMap reaches a running service, which the kubelet alone takes a minute and more for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { record } from "#test/node/cluster/findings.js";
import { apply, kubectl } from "#test/node/cluster/kubectl.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { configMap, pushConfig } from "#test/node/cluster/push.js";
import { disturbances, startShop } from "#test/node/cluster/shop.js";

const PUSHES = 5;
const BUDGET_MS = 1_000;
const LABEL = "app=push";

/** Reads its configuration at the start and on SIGHUP, and answers with it. */
const SERVICE = `
const fs = require("node:fs");
let limits;
const read = () => { limits = fs.readFileSync("/etc/shop/limits", "utf8"); };
read();
process.on("SIGHUP", read);
process.on("SIGTERM", () => process.exit(0));
require("node:http").createServer((_, answer) => answer.end(limits)).listen({ fd: 3 });
`;

/** When the service first answers with that, in milliseconds since 1970. */
async function answered(url: string, limits: string): Promise<number> {
  await eventually(`the answer ${limits}`, 90_000, async () => {
    const answer = await fetch(url);
    return (await answer.text()) === limits ? true : null;
  });
  return Date.now();
}

test("an edit is answered by the service within a second", { timeout: 240_000 }, async (t) => {
  await apply(
    configMap("push-limits", { limits: "0" }),
    configMap("push-policy", { paused: "false" }),
  );
  const shop = await startShop("hotpod.yaml", "push", ({ spec }) => {
    const [container] = spec.containers;
    const own = ["--recipe", "none", "--watch", "/opt/hotpod/package.json"];
    const watch = ["--config-watch", "/etc/shop/limits=SIGHUP"];
    container.command = ["hotpod", "run", ...own, ...watch, "--", "node", "-e", SERVICE];
    container.volumeMounts.push(
      { name: "limits", mountPath: "/etc/shop" },
      { name: "policy", mountPath: "/etc/hotpod/policy" },
    );
    spec.volumes.push(
      { name: "limits", configMap: { name: "push-limits" } },
      { name: "policy", configMap: { name: "push-policy" } },
    );
  });
  t.after(async () => {
    await shop.remove();
    await kubectl(["delete", "configmap", "push-limits", "push-policy"]);
  });
  const url = `http://${shop.ip}:8080/`;
  await answered(url, "0");

  const tookMs: number[] = [];
  const reportedMs: number[] = [];
  for (let round = 1; round <= PUSHES; round += 1) {
    const [{ code, report }, atMs] = await Promise.all([
      pushConfig(LABEL, "push-limits", `limits=${round}`),
      answered(url, `${round}`),
    ]);
    assert.equal(code, 0, JSON.stringify(report));
    const [outcome, ...others] = report.outcomes;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [outcome?.path, outcome?.state, outcome?.action],
      [...["/etc/shop/limits", "told", "SIGHUP"]],
    );
    tookMs.push(atMs - Date.parse(report.updatedAt ?? ""));
    reportedMs.push(report.tookMs);
  }
  tell(
    `from the edit to the answer: ${tookMs.join(", ")} ms; to the report: ${reportedMs.join(", ")} ms`,
  );

  const again = await pushConfig(LABEL, "push-limits", `limits=${PUSHES}`);
  assert.deepEqual([again.code, again.report.updated], [0, false], "it holds this already");
  const good = await pushConfig(LABEL, "push-policy", "linger=200ms");
  assert.deepEqual([good.code, good.report.outcomes[0]?.state], [0, "counts"]);
  const bad = await pushConfig(LABEL, "push-policy", "ready.timeout=soon");
  assert.deepEqual([bad.code, bad.report.outcomes[0]?.state], [1, "refused"]);
  assert.match(bad.report.outcomes[0]?.detail ?? "", /ready\.timeout/);

  const sorted = [...tookMs].sort((one, other) => one - other);
  record("push-config", { pushes: PUSHES, editToAnswerMs: tookMs, editToReportMs: reportedMs });
  const median = sorted[Math.floor(PUSHES / 2)] ?? BUDGET_MS;
  assert.ok(median < BUDGET_MS, `edits took ${sorted.join(", ")} ms`);
  assert.deepEqual(await disturbances(shop), []);
});
