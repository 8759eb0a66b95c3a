import assert from "node:assert/strict";
import { test } from "node:test";
import { record } from "#test/node/cluster/findings.js";
import { inPod } from "#test/node/cluster/kubectl.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import {
  answeredBy,
  disturbances,
  probedAgain,
  type Shop,
  startShop,
} from "#test/node/cluster/shop.js";

/** Each: how it gets to the drop place, and the words of the log that show hotpod has judged it. */
const BAD = [
  { what: "half a binary", line: dropped(2, "truncate -s 4000000"), said: /not whole/ },
  { what: "a binary that may not be executed", line: dropped(3, "chmod 644"), said: /executable/ },
  { what: "a binary for another machine", line: dropped("foreign"), said: /architecture|machine/ },
  { what: "a program that dies at its start", line: dropped("crash"), said: /candidate/ },
];

function dropped(file: string | number, change = "chmod 755"): string {
  const next = "/hotpod/drop/.next";
  return `cp /versions/${file} ${next} && ${change} ${next} && mv ${next} /hotpod/drop/main`;
}

test("bad artifacts under load never serve, the pod stays Ready", {
  timeout: 90_000,
}, async (t) => {
  const shop = await startShop("hotpod.yaml", "bad");
  t.after(() => shop.remove());
  const load = await loadPod(t, shop.ip, { connections: 32, thinkMs: 20, newPerSecond: 200 });
  await answeredBy(load, "1", 10_000);
  await inPod(shop.name, "mkdir /hotpod/drop");
  for (const { what, line, said } of BAD) {
    const before = (await shop.logs()).length;
    await inPod(shop.name, line);
    const verdict = await judged(shop, before, said, what);
    tell(`${what}: ${verdict}`);
    await probedAgain(shop, 2);
  }
  await shop.put("/versions/4", "mv");
  await answeredBy(load, "4", 10_000);
  const summary = await load.stop();
  tell(loadLine(summary));
  record("badArtifacts", {
    dropped: BAD.map(({ what }) => what),
    requests: summary.requests,
    failed: summary.failed,
  });
  assert.equal(summary.failed, 0, loadLine(summary));
  assert.deepEqual(
    summary.versions.map(({ version }) => version),
    ["1", "4"],
  );
  assert.deepEqual(await disturbances(shop), []);
});

/** The message of the log line that tells the verdict. */
function judged(shop: Shop, from: number, said: RegExp, what: string): Promise<string> {
  return eventually(`the log says what is wrong with ${what}`, 15_000, async () => {
    const lines = (await shop.logs()).slice(from).split("\n");
    const verdict = lines.find((line) => said.test(line));
    return verdict === undefined ? null : (JSON.parse(verdict).message as string);
  });
}
