import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { hostPid } from "#test/node/cluster/containers.js";
import { record } from "#test/node/cluster/findings.js";
import { run } from "#test/node/cluster/kubectl.js";
import { loadPod } from "#test/node/cluster/load.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { answeredBy, type Shop, startShop } from "#test/node/cluster/shop.js";

const LIGHT = { connections: 2, thinkMs: 50, newPerSecond: 10 };

test("boot: image, after kill -9 of PID 1 the image's program runs", { timeout: 60_000 }, (t) =>
  killed(t, "image", "1"),
);

test("boot: last-good, after kill -9 of PID 1 the update runs again", { timeout: 60_000 }, (t) =>
  killed(t, "last-good", "2"),
);

async function killed(t: TestContext, boot: "image" | "last-good", expected: string) {
  const shop = await startShop("hotpod.yaml", `boot-${boot}`, (pod) => {
    pod.spec.containers[0].env.push(
      { name: "HOTPOD_BOOT", value: boot },
      // Only what has passed its probation is a last good one.
      { name: "HOTPOD_PROBATION", value: "500ms" },
    );
  });
  t.after(() => shop.remove());
  assert.equal((await shop.status()).drift, false);
  await update(t, shop);
  // A last good one has to pass its probation first; the image's is told at once.
  const before = await eventually(
    "the status tells what the next start will run",
    10_000,
    async () => {
      const status = await shop.status();
      return (nextBoot(status) === serving(status)) === (boot === "last-good") ? status : null;
    },
  );
  assert.equal(before.drift, true, "the image holds another version");
  tell(`boot ${boot}: ${serving(before)} serves, the next start will run ${nextBoot(before)}`);
  await run("kill", [
    "-KILL",
    `${await hostPid(shop.watch.sights.at(-1)?.pod?.containerId ?? "")}`,
  ]);
  await shop.watch.until("restarted", (pod) => pod?.restarts === 1 && pod.ready, 30_000);
  const load = await loadPod(t, shop.ip, LIGHT);
  await answeredBy(load, expected, 10_000);
  const summary = await load.stop();
  const after = await shop.status();
  record(`boot-${boot}`, { serves: expected, driftBefore: before.drift, driftAfter: after.drift });
  assert.deepEqual(
    summary.versions.map(({ version }) => version),
    [expected],
  );
  assert.equal(after.drift, boot === "last-good");
  // What was announced before is what happened.
  assert.equal(serving(after), nextBoot(before));
}

async function update(t: TestContext, shop: Shop): Promise<void> {
  await shop.put("/versions/2", "mv");
  const load = await loadPod(t, shop.ip, LIGHT);
  await answeredBy(load, "2", 10_000);
  await load.stop();
}

const serving = (status: Record<string, unknown>): string | undefined =>
  (status.serving as { artifact: { id: string } } | null)?.artifact.id;

const nextBoot = (status: Record<string, unknown>): string | undefined =>
  (status.nextBoot as { id: string } | null)?.id;
