import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fenceposts } from "#kubelet/cluster/rolling-update.js";
import { roll, rollout } from "./quick-pods.js";

const pods = (count: number) => ({ kind: "count", pods: count }) as const;
const none = { maxSurge: pods(0), maxUnavailable: pods(1) };
const least = (serving: readonly (readonly [number, number])[]) =>
  Math.min(...serving.map(([, count]) => count));

test("V19: three replicas, one at a time, each ready after 10 s", () => {
  const { created, removed, completedAt, serving } = roll(3, {}, 10);
  assert.deepEqual([created, removed, completedAt], [[0, 10, 20], [10, 20, 30], 30]);
  assert.equal(least(serving), 3);
  // Ready after 10 s, available 20 s after that.
  assert.equal(roll(3, { minReadySeconds: 20 }, 10).completedAt, 90);
});

test("V19: pods that are never ready stall it, the deadline says so, and nothing is rolled back", () => {
  const { steps, deadlineAt, message, completedAt, removed } = roll(3, {}, null);
  assert.deepEqual(steps, [[0, 3, 1]]);
  assert.deepEqual([deadlineAt, completedAt, removed], [600, null, []]);
  assert.equal(message, 'ReplicaSet "shop" has timed out progressing.');
});

test("V20: four and ten replicas, and three without a surge", () => {
  const four = roll(4, {}, 10);
  assert.deepEqual([four.steps[0], four.completedAt], [[0, 3, 2], 20]);
  const ten = roll(10, {}, 10);
  assert.deepEqual(ten.steps.slice(0, 2), [
    [0, 8, 5],
    [10, 3, 10],
  ]);
  assert.equal(ten.completedAt, 20);
  const three = roll(3, none, 10);
  assert.deepEqual([three.completedAt, least(three.serving)], [30, 2]);
});

test("V21: new pods that never pass leave what serves as it was", () => {
  assert.equal(least(roll(3, {}, null).serving), 3);
  assert.equal(least(roll(3, none, null).serving), 2);
});

test("the new template waits for the last old pod under Recreate", () => {
  const { created, removed, completedAt, serving } = roll(3, { type: "Recreate" }, 10);
  assert.deepEqual([created, removed, completedAt], [[0, 0, 0], [0, 0, 0], 10]);
  assert.equal(least(serving), 0);
});

test("a StatefulSet makes a pod when the one before it is gone, a Deployment beside it", () => {
  const set = { maxSurge: pods(0), maxUnavailable: pods(1) };
  const ordered = roll(3, set, 10, { goneAfter: 5, waits: true });
  assert.deepEqual([ordered.created, ordered.completedAt], [[5, 20, 35], 45]);
  const beside = roll(3, set, 10, { goneAfter: 5 });
  assert.deepEqual([beside.created, beside.completedAt], [[0, 10, 20], 30]);
});

test("whatever the numbers, it completes, and never leaves its fence", () => {
  const share = fc.oneof(
    fc.nat(8).map((count) => pods(count)),
    fc.nat(100).map((percent) => ({ kind: "percent" as const, percent })),
  );
  const property = fc.property(
    ...[fc.integer({ min: 1, max: 12 }), share, share, fc.nat(15), fc.integer({ min: 1, max: 30 })],
    (replicas, maxSurge, maxUnavailable, minReadySeconds, readyAfter) => {
      const parts = { maxSurge, maxUnavailable, minReadySeconds };
      const { steps, completedAt, serving } = roll(replicas, parts, readyAfter);
      const plan = rollout(parts);
      const { surge, unavailable } = fenceposts(replicas, plan.maxSurge, plan.maxUnavailable);
      assert.ok(completedAt !== null);
      for (const [, old, updated] of steps) assert.ok(old + updated <= replicas + surge);
      assert.ok(least(serving) >= replicas - unavailable);
    },
  );
  fc.assert(property, { numRuns: 300 });
});
