/** Configuration of a running service, and of its hotpod, through volumes that the kubelet keeps up to date. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyRow } from "#report/policy-text.js";
import type { PushOutcome, PushReport } from "#report/push/push-text.js";
import { record } from "#test/node/cluster/findings.js";
import { apply, inPod, kubectl } from "#test/node/cluster/kubectl.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { configMap, pushConfig } from "#test/node/cluster/push.js";
import { disturbances, type PodManifest, type Shop, startShop } from "#test/node/cluster/shop.js";

const ROUNDS = 3;
const PATIENCE_MS = 20_000;
const LABEL = "reads=settings";
const FILES = { "limits.json": '{"orders": 1}', rate: "1", name: "1" };
const NONE = { requests: 0, failed: 0 };

/** What test/node/programs/settings answers. */
interface Answer {
  readonly version: string;
  readonly orders: number;
  readonly rate: number;
}

test("ConfigMap and annotations reach a Go and a Node service and their hotpod, restricted", {
  timeout: 180_000,
}, async (t) => {
  await apply(configMap("settings", FILES), configMap("settings-policy", { linger: "500ms" }));
  t.after(() => kubectl(["delete", "configmap", "settings", "settings-policy"]));
  const shops = await Promise.all([
    startShop("hotpod.yaml", "settings-go", reads("/versions/settings")),
    startShop("hotpod.yaml", "settings-node", reads("node", "/programs/settings/server.mjs")),
  ]);
  t.after(() => Promise.all(shops.map((shop) => shop.remove())));
  const shape = { connections: 8, thinkMs: 20, newPerSecond: 20 };
  const loads = await Promise.all(shops.map((shop) => loadPod(t, shop.ip, shape)));
  const link = await inPod("settings-go", "readlink /etc/shop/limits.json");
  assert.equal(link.trim(), "..data/limits.json", "the kubelet's own swap");

  const tookMs = { annotation: await annotations(shops), ...(await pushes(shops)) };
  tell(`from the edit to its effect: ${JSON.stringify(tookMs)} ms`);

  const summaries = await Promise.all(loads.map((load) => load.stop()));
  for (const summary of summaries) tell(loadLine(summary));
  const { requests, failed } = summaries.reduce(
    (sum, one) => ({ requests: sum.requests + one.requests, failed: sum.failed + one.failed }),
    NONE,
  );
  record("configuration", { rounds: ROUNDS, tookMs, requests, failed });
  for (const [at, shop] of shops.entries()) {
    if (failed > 0) console.error(await shop.logs());
    assert.equal(summaries[at]?.versions.length, ROUNDS + 1, "each name was one generation's");
    assert.deepEqual(await disturbances(shop), []);
  }
  assert.equal(failed, 0);
});

/** A Downward API volume: an annotation of the pod is a setting, which counts while everything runs. */
async function annotations(shops: readonly Shop[]): Promise<number> {
  const annotate = (word: string): Promise<string> =>
    kubectl(["annotate", "pods", "--selector", LABEL, "--overwrite", word]);
  const counts = (value: string, from: RegExp): Promise<unknown> =>
    everywhere(shops, `log.format ${value}`, async (shop) => {
      const row = (await policyOf(shop))["log.format"];
      return row?.value === value && from.test(row.from ?? "");
    });
  await annotate("hotpod.dev/log.format=soon");
  await everywhere(shops, "the refusal in the log", async (shop) =>
    /annotations:\d+.*log\.format/.test(await shop.logs()),
  );
  await counts("json", /default/);
  const begun = performance.now();
  await annotate("hotpod.dev/log.format=pretty");
  await counts("pretty", /annotations:\d+/);
  const tookMs = Math.round(performance.now() - begun);

  const before = await Promise.all(shops.map(async (shop) => (await shop.logs()).length));
  // What hotpod follows is a setting as well, of the ConfigMap's part of the policy directory.
  const follow = "config.watch=/etc/shop/rate=POST /reload,/etc/shop/name=swap";
  await everyOutcome(shops, "settings-policy", follow, ({ state }) => state === "counts");
  assert.equal((await policyOf(shops[0] as Shop)).linger?.value, "500ms", "the first key stays");
  await everyOutcome(shops, "settings", "name=2", ({ state }) => state === "serves");
  for (const [at, shop] of shops.entries()) {
    const lines = (await shop.logs()).slice(before[at]).trimEnd().split("\n");
    assert.ok(lines.length > 1, `${shop.name} has told of the swap`);
    for (const line of lines) assert.doesNotMatch(line, /^\{/, "no more JSON");
  }
  return tookMs;
}

/** Three files, three ways: the service's SDK follows one, it is asked to read one, one is read by the next generation. */
async function pushes(shops: readonly Shop[]): Promise<Record<string, number[]>> {
  const tookMs: Record<string, number[]> = { sdk: [], post: [], swap: [] };
  for (let round = 2; round <= ROUNDS + 1; round += 1) {
    const limits = `limits.json={"orders": ${round}}`;
    tookMs.sdk?.push(await effect(shops, limits, null, ({ orders }) => orders === round));
    tookMs.post?.push(
      await effect(shops, `rate=${round}`, "answered", ({ rate }) => rate === round),
    );
    if (round === 2) continue;
    const named = ({ version }: Answer): boolean => version === `${round}`;
    tookMs.swap?.push(await effect(shops, `name=${round}`, "serves", named));
  }
  const last = ROUNDS + 1;
  await everyOutcome(shops, "settings", "rate=many", ({ state, detail }) => {
    return state === "refused" && detail === "HTTP 422";
  });
  await pushConfig(LABEL, "settings", 'limits.json={"orders": 0}');
  await everywhere(shops, "the SDK's refusal in the log", async (shop) =>
    /at least 1/.test(await shop.logs()),
  );
  const kept = { version: `${last}`, orders: last, rate: last, end: true };
  for (const shop of shops) assert.deepEqual(await ask(shop), kept, "the last good values stay");
  return tookMs;
}

/**
 * Pushes a value, and tells how long after the update the last service went by it, in milliseconds. `state`: what every hotpod
 * reports; null: nothing, for the service itself follows the file.
 */
async function effect(
  shops: readonly Shop[],
  value: string,
  state: PushOutcome["state"] | null,
  good: (answer: Answer) => boolean,
): Promise<number> {
  const seen = everywhere(shops, `answers with ${value}`, async (shop) => good(await ask(shop)));
  const [updatedMs, seenMs] = await Promise.all([
    state === null
      ? pushConfig(LABEL, "settings", value).then(({ report }) => updatedAt(report))
      : everyOutcome(shops, "settings", value, (outcome) => outcome.state === state),
    seen.then(() => Date.now()),
  ]);
  return seenMs - updatedMs;
}

/** Pushes a value; every pod has to report it so. Returns when the update began, in milliseconds since 1970. */
async function everyOutcome(
  shops: readonly Shop[],
  name: string,
  value: string,
  good: (outcome: PushOutcome) => boolean,
): Promise<number> {
  const { report } = await pushConfig(LABEL, name, value);
  const key = value.replace(/=.*/, "");
  // Every followed path of the volume reports; of those that did not change nothing is asked here.
  const changed = report.outcomes.filter(({ path }) => !isOther(path, key));
  const told = changed.filter(({ state }) => state !== "untouched");
  assert.equal(told.length, shops.length, JSON.stringify(report));
  assert.ok(told.every(good), JSON.stringify(report));
  return updatedAt(report);
}

const updatedAt = ({ updatedAt }: PushReport): number => Date.parse(updatedAt ?? "");

/** Another file of the service's configuration. */
const isOther = (path: string, key: string): boolean =>
  Object.keys(FILES).some((file) => file !== key && path === `/etc/shop/${file}`);

function everywhere(
  shops: readonly Shop[],
  what: string,
  good: (shop: Shop) => Promise<boolean>,
): Promise<unknown> {
  const one = (shop: Shop): Promise<true> =>
    eventually(`${shop.name}: ${what}`, PATIENCE_MS, async () =>
      (await good(shop)) ? true : null,
    );
  return Promise.all(shops.map(one));
}

async function ask(shop: Shop): Promise<Answer> {
  const answer = await fetch(`http://${shop.ip}:8080/`, { headers: { connection: "close" } });
  return (await answer.json()) as Answer;
}

async function policyOf(shop: Shop): Promise<Readonly<Record<string, PolicyRow>>> {
  return JSON.parse(await inPod(shop.name, "hotpod ctl policy --json"));
}

function reads(...argv: readonly string[]): (pod: PodManifest) => void {
  return ({ metadata, spec }) => {
    metadata.labels.reads = "settings";
    const [container] = spec.containers;
    const watch = ["--recipe", "none", "--watch", "/opt/hotpod/package.json"];
    container.command = ["hotpod", "run", ...watch, "--", ...argv];
    container.volumeMounts.push(
      { name: "settings", mountPath: "/etc/shop" },
      { name: "fleet", mountPath: "/etc/hotpod/policy/fleet" },
      { name: "pod", mountPath: "/etc/hotpod/policy/pod" },
    );
    const annotations = { path: "annotations", fieldRef: { fieldPath: "metadata.annotations" } };
    spec.volumes.push(
      { name: "settings", configMap: { name: "settings" } },
      { name: "fleet", configMap: { name: "settings-policy" } },
      { name: "pod", downwardAPI: { items: [annotations] } },
    );
  };
}
