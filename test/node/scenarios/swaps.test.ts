import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { record } from "#test/node/cluster/findings.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { tell } from "#test/node/cluster/patience.js";
import { answeredBy, disturbances, startShop } from "#test/node/cluster/shop.js";

const EDITS = 20;

/**
 * From one version's first answer to the next edit: longer than an old generation lingers. Swaps that follow each other
 * faster meet `maxDraining`, which ends the oldest one with whatever it is answering.
 */
const LOOK_AT_IT_MS = 1_500;

test("20 edits under load: no request fails, the pod stays Ready", {
  timeout: 120_000,
}, async (t) => {
  const shop = await startShop("hotpod.yaml", "swaps");
  t.after(() => shop.remove());
  const load = await loadPod(t, shop.ip, { connections: 32, thinkMs: 20, newPerSecond: 200 });
  await answeredBy(load, "1", 10_000);
  const tookMs: number[] = [];
  for (let version = 2; version <= EDITS + 1; version += 1) {
    const begun = performance.now();
    await shop.put(`/versions/${version}`, version % 2 === 0 ? "mv" : "cp");
    await answeredBy(load, `${version}`, 10_000);
    tookMs.push(performance.now() - begun);
    if (version % 5 === 0) tell(`version ${version} serves, ${load.requests()} requests so far`);
    await pause(LOOK_AT_IT_MS);
  }
  const summary = await load.stop();
  tell(loadLine(summary));
  const { restarts } = shop.watch.sights.at(-1)?.pod ?? {};
  record("swaps", {
    edits: EDITS,
    requests: summary.requests,
    failed: summary.failed,
    restarts,
    editToAnswerMs: { p50: Math.round(median(tookMs)), max: Math.round(Math.max(...tookMs)) },
    latencyMs: { new: summary.fresh.latencyMs, kept: summary.kept.latencyMs },
  });
  if (summary.failed > 0) console.error(await shop.logs());
  assert.equal(summary.failed, 0, loadLine(summary));
  assert.equal(summary.backwards, 0, summary.backwardsExamples.join("; "));
  assert.equal(summary.versions.length, EDITS + 1);
  assert.deepEqual(await disturbances(shop), []);
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
