import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { LoadSummary } from "#edge/load/load-summary.js";
import { record } from "#test/node/cluster/findings.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import type { PodSight } from "#test/node/cluster/pod-watch.js";
import { type Shop, startShop } from "#test/node/cluster/shop.js";

const EDITS = 3;
const EDIT_EVERY_MS = 15_000;
const SHAPE = { connections: 16, thinkMs: 20, newPerSecond: 50 };

test("the same edits, before and after: a reloader as PID 1 beside hotpod", {
  timeout: 150_000,
}, async (t) => {
  const [before, after] = await Promise.all([
    startShop("twin.yaml", "twin-before"),
    startShop("hotpod.yaml", "twin-after"),
  ]);
  t.after(() => Promise.all([before.remove(), after.remove()]));
  const loads = [await loadPod(t, before.ip, SHAPE), await loadPod(t, after.ip, SHAPE)] as const;
  for (let version = 2; version <= EDITS + 1; version += 1) {
    const next = pause(EDIT_EVERY_MS);
    await Promise.all([edit(before, version), edit(after, version)]);
    await eventually(`version ${version} serves in both`, 30_000, () =>
      loads.every((load) => load.versions().includes(`${version}`)) ? true : null,
    );
    tell(`edit ${version - 1} of ${EDITS} serves in both pods`);
    await next;
  }
  const [old, now] = await Promise.all([loads[0].stop(), loads[1].stop()]);
  const table = { before: figures(before, old), after: figures(after, now) };
  tell(`reloader: ${loadLine(old)}; hotpod: ${loadLine(now)}`);
  record("twin", { edits: EDITS, shape: SHAPE, ...table });
  writeFileSync("out/e2e/before-after.md", markdown(table));
  assert.ok(table.before.restarts >= 1, "the reloader's pod was never restarted");
  assert.ok(table.before.failed > 0, "the reloader failed no request");
  assert.equal(now.failed, 0, loadLine(now));
  assert.deepEqual(
    { ...table.after, requests: 0, longestGapMs: 0 },
    { requests: 0, failed: 0, longestGapMs: 0, restarts: 0, notReadyMs: 0 },
  );
});

/** An edit reaches the reloader's pod also while its container is being restarted. */
async function edit(shop: Shop, version: number): Promise<void> {
  await eventually(`${shop.name} takes version ${version}`, 20_000, async () => {
    await shop.put(`/versions/${version}`, "mv");
    return true;
  });
}

interface Figures {
  /** New connections only: they come at a fixed rate, however badly they are treated. */
  readonly requests: number;
  readonly failed: number;
  readonly longestGapMs: number;
  readonly restarts: number;
  readonly notReadyMs: number;
}

function figures(shop: Shop, summary: LoadSummary): Figures {
  return {
    requests: summary.fresh.requests,
    failed: summary.fresh.failed,
    longestGapMs: Math.round(summary.longestGapMs),
    restarts: shop.watch.sights.at(-1)?.pod?.restarts ?? 0,
    notReadyMs: Math.round(notReadyMs(shop.watch.sights)),
  };
}

function notReadyMs(sights: readonly PodSight[]): number {
  return sights.reduce((sum, { atMs, pod }, index) => {
    const untilMs = sights[index + 1]?.atMs ?? performance.now();
    return pod?.ready === true ? sum : sum + untilMs - atMs;
  }, 0);
}

function markdown({ before, after }: { before: Figures; after: Figures }): string {
  const percent = ({ failed, requests }: Figures) => ((100 * failed) / requests).toFixed(1);
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const row = (what: string, tell: (of: Figures) => string | number) =>
    `| ${what} | ${tell(before)} | ${tell(after)} |`;
  return [
    `| ${EDITS} edits of one service under the same load | reloader as PID 1 | hotpod |`,
    "| --- | --- | --- |",
    row("failed requests", (of) => `${of.failed} of ${of.requests} (${percent(of)} %)`),
    row("longest time without an answer", (of) => seconds(of.longestGapMs)),
    row("container restarts", (of) => of.restarts),
    row("not Ready", (of) => seconds(of.notReadyMs)),
    "",
  ].join("\n");
}
