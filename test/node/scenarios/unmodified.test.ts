import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { record } from "#test/node/cluster/findings.js";
import { inPod } from "#test/node/cluster/kubectl.js";
import { type LoadShape, loadLine, loadPod } from "#test/node/cluster/load.js";
import { tell } from "#test/node/cluster/patience.js";
import { answeredBy, disturbances, startShop } from "#test/node/cluster/shop.js";
import { type Program, replaceFile, runProgram, SOURCE } from "#test/node/cluster/source.js";

const EDITS = 8;
/** Longer than an old generation lingers. */
const LOOK_AT_IT_MS = 1_500;

/** Knows nothing of inherited sockets, of readiness or of SIGTERM. */
const SERVICE = [
  'const version = require("fs").readFileSync("version", "utf8").trim();',
  'const body = JSON.stringify({ version, end: true }).replace("true}", "true}\\n");',
  'require("http").createServer((q, a) => a.end(body)).listen(process.env.PORT || 8080);',
].join("\n");

const handovers: readonly (readonly [handover: string, shape: LoadShape])[] = [
  // A kept-alive connection of such a service ends with its generation: here only new ones ask.
  ["transparent", { connections: 0, thinkMs: 20, newPerSecond: 200 }],
  ["auto", { connections: 0, thinkMs: 20, newPerSecond: 200 }],
  ["proxy", { connections: 16, thinkMs: 20, newPerSecond: 100 }],
];

for (const [handover, shape] of handovers) {
  test(`handover ${handover}, restricted: a service that knows nothing of hotpod is swapped unhurt`, {
    timeout: 90_000,
  }, async (t) => {
    const shop = await startShop("hotpod.yaml", handover, runProgram(unmodified(handover)));
    t.after(() => shop.remove());
    const load = await loadPod(t, shop.ip, shape);
    await answeredBy(load, "1", 10_000);
    for (let version = 2; version <= EDITS + 1; version += 1) {
      await inPod(shop.name, replaceFile("version", `${version}`));
      await answeredBy(load, `${version}`, 10_000);
      await pause(LOOK_AT_IT_MS);
    }
    const summary = await load.stop();
    tell(loadLine(summary));
    record(handover, { edits: EDITS, requests: summary.requests, failed: summary.failed });
    if (summary.failed > 0) console.error(await shop.logs());
    assert.equal(summary.failed, 0, loadLine(summary));
    assert.equal(summary.versions.length, EDITS + 1);
    assert.deepEqual(await disturbances(shop), []);
  });
}

const unmodified = (handover: string): Program => ({
  files: { version: "1", "server.js": SERVICE },
  flags: ["--handover", handover, "--watch", `${SOURCE}/version`],
  argv: ["node", "server.js"],
});
