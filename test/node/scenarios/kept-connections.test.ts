import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startKeptClients } from "#bench/moves/kept-clients.js";
import { buildProgram } from "#bench/programs/build-program.js";
import { record } from "#test/node/cluster/findings.js";
import { inPod } from "#test/node/cluster/kubectl.js";
import { assertOnBridge } from "#test/node/cluster/load.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { disturbances, type PodManifest, startShop } from "#test/node/cluster/shop.js";

/** The environment may ask for more. */
const SWAPS = Number(process.env.KEPT_SWAPS ?? 30);
/** Many think for longer than several swaps take. */
const CLIENTS = { thinking: 500, thinkSeconds: 60, fast: 2, pipelining: 6 };
const CONNECTIONS = CLIENTS.thinking + CLIENTS.fast + CLIENTS.pipelining;

test(`${SWAPS} swaps, restricted: no kept connection ends, every answer is its request's`, {
  timeout: 60_000 + SWAPS * 4_000,
}, async (t) => {
  const shop = await startShop("hotpod.yaml", "kept", echoes);
  t.after(() => shop.remove());
  await assertOnBridge(shop.ip);
  const folder = mkdtempSync(join(tmpdir(), "hotpod-kept-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = await buildProgram("clients", folder);
  const clients = await startKeptClients(program, [shop.ip, 8080], CLIENTS);
  t.after(() => clients.kill());
  const begun = performance.now();
  for (let swap = 1; swap <= SWAPS; swap += 1) {
    const before = await serving(shop.ip);
    await inPod(shop.name, "kill -USR2 1");
    await eventually("the next generation's answer", 20_000, async () =>
      (await serving(shop.ip)) === before ? null : true,
    );
    if (swap % 10 === 0) tell(`${swap} swaps`);
  }
  const tookSeconds = Math.round((performance.now() - begun) / 1_000);
  const report = await clients.stop();
  tell(`${SWAPS} swaps in ${tookSeconds} s: ${JSON.stringify(report)}`);
  record("kept-connections", { swaps: SWAPS, tookSeconds, ...report });
  const kinds = [report.thinking, report.fast, report.pipelining];
  if (kinds.some(({ failed, closed }) => failed + closed > 0)) console.error(await shop.logs());
  for (const kind of kinds) {
    assert.deepEqual(kind.reasons, {}, "requests without their answer");
    assert.equal(kind.closed, 0, "connections that the service ended");
  }
  const opened = kinds.reduce((sum, kind) => sum + kind.opened, 0);
  assert.equal(opened, CONNECTIONS, "none had to be opened again");
  assert.equal(report.versions, SWAPS + 1, "every generation answered");
  assert.equal(report.backwards, 0, "no older generation after a newer one");
  assert.deepEqual(await disturbances(shop), []);
});

/** The version that a new connection is answered by. */
async function serving(ip: string): Promise<string> {
  const headers = { connection: "close" };
  const answer = await fetch(`http://${ip}:8080/version`, { headers });
  return ((await answer.json()) as { version: string }).version;
}

function echoes(pod: PodManifest): void {
  pod.spec.containers[0].command = [
    ...["hotpod", "run", "--recipe", "none", "--watch", "/versions/kept"],
    ...["--", "/versions/kept", "move"],
  ];
}
