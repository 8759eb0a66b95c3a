import assert from "node:assert/strict";
import { test } from "node:test";
import { hostPid, memoryOf } from "#test/node/cluster/containers.js";
import { record } from "#test/node/cluster/findings.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { tell } from "#test/node/cluster/patience.js";
import { answeredBy, disturbances, startShop } from "#test/node/cluster/shop.js";

/** Room for one generation of about 95 MB beside hotpod, and by no means for two. */
const LIMIT_MI = 192;
const EDITS = 3;

test("two generations do not fit: restart order, said with numbers, never OOMKilled", {
  timeout: 90_000,
}, async (t) => {
  const shop = await startShop("hotpod.yaml", "narrow", (pod) => {
    const container = pod.spec.containers[0];
    container.resources.limits.memory = `${LIMIT_MI}Mi`;
    container.env.push({ name: "SHOP_CONFIG", value: "/versions/large.json" });
  });
  t.after(() => shop.remove());
  const pid = await hostPid(shop.watch.sights.at(-1)?.pod?.containerId ?? "");
  const load = await loadPod(t, shop.ip, { connections: 8, thinkMs: 20, newPerSecond: 50 });
  await answeredBy(load, "1", 10_000);
  for (let version = 2; version <= EDITS + 1; version += 1) {
    await shop.put(`/versions/${version}`, "mv");
    await answeredBy(load, `${version}`, 30_000);
  }
  const summary = await load.stop();
  const memory = await memoryOf(pid);
  const peakMi = Math.round(memory.peakBytes / 2 ** 20);
  tell(`${loadLine(summary)}; peak ${peakMi} of ${LIMIT_MI} MiB, cache included`);
  const log = await shop.logs();
  const warnings = log.split("\n").filter((line) => line.includes("memory-short"));
  tell(warnings[0] ?? "no warning");
  record("memory", {
    limitMi: LIMIT_MI,
    peakMi,
    oomKills: memory.oomKills,
    requests: summary.requests,
    failed: summary.failed,
    longestGapMs: Math.round(summary.longestGapMs),
    warning: warnings[0],
  });
  assert.equal(memory.oomKills, 0);
  assert.equal(warnings.length, EDITS, log);
  assert.match(warnings[0] ?? "", /\d+/);
  assert.equal(summary.failed, 0, loadLine(summary));
  assert.deepEqual(await disturbances(shop), []);
});
