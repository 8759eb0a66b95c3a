import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { record } from "#test/node/cluster/findings.js";
import { inPod } from "#test/node/cluster/kubectl.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { tell } from "#test/node/cluster/patience.js";
import { answeredBy, disturbances, type PodManifest, startShop } from "#test/node/cluster/shop.js";

const EDITS = 8;
/** Longer than an old generation lingers. */
const LOOK_AT_IT_MS = 1_500;
const SOURCE = "/hotpod/src";

test("a Node service without build step: the same", { timeout: 90_000 }, async (t) => {
  const shop = await startShop("hotpod.yaml", "interpreted", interpreted);
  t.after(() => shop.remove());
  const load = await loadPod(t, shop.ip, { connections: 16, thinkMs: 20, newPerSecond: 100 });
  await answeredBy(load, "1", 10_000);
  for (let version = 2; version <= EDITS + 1; version += 1) {
    await inPod(shop.name, edit(version));
    await answeredBy(load, `${version}`, 10_000);
    await pause(LOOK_AT_IT_MS);
  }
  const summary = await load.stop();
  tell(loadLine(summary));
  record("nodeService", { edits: EDITS, requests: summary.requests, failed: summary.failed });
  if (summary.failed > 0) console.error(await shop.logs());
  assert.equal(summary.failed, 0, loadLine(summary));
  assert.equal(summary.backwards, 0, summary.backwardsExamples.join("; "));
  assert.equal(summary.versions.length, EDITS + 1);
  assert.deepEqual(await disturbances(shop), []);
});

/** As editors save: a new file beside the old one, then a rename. */
function edit(version: number): string {
  const file = `${SOURCE}/version.js`;
  const sed = `sed 's/version = .*/version = "${version}";/' ${file}`;
  return `${sed} > ${file}.new && mv ${file}.new ${file}`;
}

/** The root file system is read-only, so the sources that will be edited are copied first. */
function interpreted(pod: PodManifest): void {
  const container = pod.spec.containers[0];
  container.command = ["hotpod", "run", "--recipe", "none", "--watch", SOURCE];
  container.command.push("--", "node", `${SOURCE}/server.js`);
  const { image, imagePullPolicy, securityContext, volumeMounts } = container;
  const command = ["cp", "-r", "/programs/node-shop", SOURCE];
  pod.spec.initContainers = [
    { name: "source", image, imagePullPolicy, securityContext, volumeMounts, command },
  ];
}
