import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifeEvent } from "#model/life/life-event.js";
import { naturalGiven } from "#simulate/life/given.js";
import { runLife } from "#simulate/life/run-life.js";
import { lifeInput, pod, policy, s, service, takes, workload } from "#test/simulate/given.js";

const BEGIN = 100;

/** Saves at these seconds, under this limit: builds begun, builds completed, promotions, in seconds since the first save. */
function saves(at: readonly number[], starveLimitMs: number, debounceMs = 0) {
  const input = lifeInput(workload(pod()), {
    reload: { kind: "hotpod", policy: { ...policy, debounceMs, starveLimitMs } },
    service: service({ build: takes(3), appStart: takes(0.4) }),
    saves: at.map((one) => ({ at: s(BEGIN + one), outcome: { kind: "ok" } })),
    durationUs: s(150),
  });
  const { events, servedAt } = runLife(input, naturalGiven(input), { events: true });
  const since = ({ t }: LifeEvent): number => Number((t / 1e6 - BEGIN).toFixed(3));
  const late = events.filter(({ t }) => t >= s(BEGIN));
  return {
    begun: late.filter(({ ev }) => ev === "buildStart").map(since),
    done: late.filter((event) => event.ev === "buildEnd" && event.data.result === "ok").map(since),
    promoted: late.filter(({ ev }) => ev === "promote").map(since),
    servedAt,
  };
}

test("V28: each save cancels the build before it, until the oldest change has waited too long", () => {
  const at = [0, 0.1, 0.2, 1.0, 3.1];
  const patient = saves(at, 10_000);
  assert.deepEqual(patient.begun, at);
  assert.deepEqual([patient.done, patient.promoted], [[6.1], [6.5]]);
  assert.equal(patient.servedAt.get("c5"), s(BEGIN + 6.5));
  const strict = saves(at, 2_000);
  assert.deepEqual(strict.begun.slice(0, 4), [0, 0.1, 0.2, 1.0]);
  assert.deepEqual(
    [strict.done, strict.promoted],
    [
      [4, 7],
      [4.4, 7.4],
    ],
  );
});

test("V28: with the default debounce a build that follows a cancelled one begins when the burst pauses", () => {
  const { begun, done, promoted } = saves([0, 0.1, 0.2, 1.0, 3.1], 10_000, 30);
  assert.deepEqual(begun, [0, 0.13, 0.23, 1.03, 3.13]);
  assert.deepEqual([done, promoted], [[6.13], [6.53]]);
});
