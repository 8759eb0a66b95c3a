import assert from "node:assert/strict";
import { test } from "node:test";
import { prng } from "#base/prng.js";
import type { Save } from "#simulate/life/life-input.js";
import { checkCase } from "#simulate/properties/check-case.js";
import {
  deployment,
  dpf,
  lifeInput,
  pod,
  policy,
  probe,
  s,
  service,
  takes,
} from "#test/simulate/given.js";

/** Six a minute on average, a fifth of them bad in one of the ways in which a save can be bad before it serves. */
function saves(count: number): Save[] {
  const random = prng(35);
  let at = s(30);
  return Array.from({ length: count }, (): Save => {
    at += Math.round(-Math.log(1 - random.below(1_000_000) / 1_000_000) * s(10));
    const kind = random.chance(1, 5) ? random.pick(["buildFail", "neverReady"] as const) : "ok";
    return { at, outcome: { kind } };
  });
}

test("V35: 100 saves under hotpod, a fifth of them bad: no request refused, no restart, every invariant", () => {
  const of = pod({ livenessProbe: dpf(0, 10, 3), readinessProbe: probe() });
  const planned = saves(300);
  const base = lifeInput(deployment(of, 1));
  const { run, violations } = checkCase({
    ...base,
    reload: { kind: "hotpod", policy: { ...policy, readyTimeoutMs: 5_000 } },
    service: service({
      build: takes(3),
      appStart: takes(0.4),
      coldStart: takes(0.4),
      drain: takes(1),
    }),
    clients: { ...base.clients, ratePerS: 200 },
    saves: planned,
    durationUs: (planned.at(-1)?.at ?? 0) + s(120),
  });
  assert.deepEqual(violations, []);
  const [only] = run.pods;
  assert.ok(only !== undefined);
  assert.deepEqual([only.record.restarts, only.record.kills, only.traffic.sums.refused], [0, 0, 0]);
  const swaps = run.events.filter(({ ev }) => ev === "promote").length;
  assert.ok(swaps >= 100, `${swaps} swaps`);
});
