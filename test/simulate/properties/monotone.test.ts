/**
 * More patience, or less to be patient with, never kills where nothing was killed, and never sooner. How often it kills is another
 * matter as soon as back-off plays a part: an instance that lives longer has its back-off behind it when it is killed, is restarted at
 * once, and so is there to be killed again while one that died sooner still waits for its start. Likewise where a start takes so
 * long that some phases kill it: when the outage's last kill comes decides at which age the next start is asked.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sampledGiven } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { runLife } from "#simulate/life/run-life.js";
import { survey } from "#simulate/phases/survey.js";
import { dpf, lifeInput, pod, s, service, takes, workload } from "#test/simulate/given.js";

interface Scene {
  readonly D: number;
  readonly P: number;
  readonly T: number;
  readonly F: number;
  readonly outageS: number;
  readonly how: "refused" | "silent" | "503";
  readonly startS: number;
  readonly seed: number;
}

const scenes: fc.Arbitrary<Scene> = fc.record({
  D: fc.nat(40),
  P: fc.integer({ min: 1, max: 30 }),
  T: fc.integer({ min: 1, max: 5 }),
  F: fc.integer({ min: 1, max: 6 }),
  outageS: fc.nat(150),
  how: fc.constantFrom("refused", "silent", "503"),
  startS: fc.nat(60),
  seed: fc.nat(),
});

const FROM = 200;

/** Liveness alone; first a start that takes its time, then an outage. */
function inputOf({ D, P, T, F, outageS, how, startS }: Scene): LifeInput {
  const livenessProbe = dpf(D, P, F, T);
  return lifeInput(workload(pod({ livenessProbe })), {
    service: service({ coldStart: takes(startS) }),
    faults: [{ kind: "outage", at: s(FROM), untilUs: s(FROM + outageS), how, pod: null }],
    durationUs: s(600),
  });
}

function play(scene: Scene) {
  const input = inputOf(scene);
  const { pods } = runLife(input, sampledGiven(input, scene.seed), { events: false });
  const [record] = pods.map((one) => one.record);
  assert.ok(record !== undefined);
  const { kills, refusals } = record;
  return { kills, refusals, firstKillAt: record.firstKillAt ?? Number.POSITIVE_INFINITY };
}

const changes: readonly [string, (scene: Scene, by: number) => Scene][] = [
  ["a larger failureThreshold", (scene, by) => ({ ...scene, F: scene.F + by })],
  ["a larger initialDelaySeconds", (scene, by) => ({ ...scene, D: scene.D + by })],
  ["a shorter outage", (scene, by) => ({ ...scene, outageS: Math.max(0, scene.outageS - by) })],
  ["a shorter start", (scene, by) => ({ ...scene, startS: Math.max(0, scene.startS - by) })],
];

for (const [name, change] of changes) {
  test(`${name} never kills sooner, nor more often where no restart is put off`, () => {
    const property = fc.property(scenes, fc.integer({ min: 1, max: 20 }), (scene, by) => {
      const [before, after] = [play(scene), play(change(scene, by))];
      assert.ok(after.firstKillAt >= before.firstKillAt, `${after.firstKillAt}`);
      const safeStart = scene.startS < scene.D + (scene.F - 1) * scene.P;
      if (after.refusals + before.refusals > 0 || !safeStart) return;
      assert.ok(after.kills <= before.kills, `${after.kills} kills instead of ${before.kills}`);
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });
}

test("the scenes kill often enough for that to mean something", () => {
  const kills = fc.sample(scenes, { numRuns: 200, seed: 1 }).map((scene) => play(scene).kills);
  const some = kills.filter((count) => count > 0).length;
  assert.ok(some > 50 && some < 190, `${some} of ${kills.length}`);
});

test("the share of phases that kill never grows with more patience either", () => {
  const shares = fc.sample(scenes, { numRuns: 60, seed: 2 }).map((scene) => {
    const [base, ...others] = [scene, ...changes.map(([, change]) => change(scene, 1))].map(share);
    for (const other of others) assert.ok(other <= (base ?? 0) + 1e-9, JSON.stringify(scene));
    return base ?? 0;
  });
  assert.ok(shares.some((one) => one > 0 && one < 1));
});

/** Of all phases, how many kill at all. */
function share(scene: Scene): number {
  const { weight, parts } = survey(
    { ...inputOf(scene), phase: { kind: "exact" } },
    { runs: 1 },
  ).joint;
  const killed = parts.filter(({ outcome }) => outcome.pods.some((one) => one.kills.liveness > 0));
  return killed.reduce((sum, part) => sum + part.weight, 0) / weight;
}
