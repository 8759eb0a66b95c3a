/** A Deployment whose old pods end at once and whose new ones are ready after ten seconds; controllers act at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointOf, usedEndpoints } from "#kubelet/cluster/endpoint.js";
import {
  compareVictims,
  fenceposts,
  rollingStep,
  type Victim,
} from "#kubelet/cluster/rolling-update.js";
import type { Share } from "#model/kube/workload.js";

const percent = (value: number): Share => ({ kind: "percent", percent: value });
const pods = (value: number): Share => ({ kind: "count", pods: value });
const quarter = percent(25);

function rollOut(
  replicas: number,
  surge: Share,
  unavailable: Share,
  readyAfter: number,
  minReady = 0,
) {
  const limits = fenceposts(replicas, surge, unavailable);
  const born: number[] = [];
  const shown: string[] = [];
  let old = replicas;
  let now = 0;
  for (let at = 0; at <= 200; at++) {
    now = at;
    for (;;) {
      const updatedAvailable = born.filter((time) => now - time >= readyAfter + minReady).length;
      const step = rollingStep(
        { replicas, updated: born.length, updatedAvailable, old, oldAvailable: old },
        limits,
      );
      if (step.kind === "complete")
        return { limits, shown, completeAt: now, old, updated: born.length };
      if (step.kind === "wait") break;
      if (step.kind === "grow") while (born.length < step.updated) born.push(now);
      else old = step.old;
      shown.push(`${now}: ${old}/${born.length}`);
    }
  }
  return { limits, shown, completeAt: null, old, updated: born.length };
}

test("H1, H4: three replicas, one after the other; each waits for minReadySeconds", () => {
  const { limits, shown, completeAt } = rollOut(3, quarter, quarter, 10);
  assert.deepEqual(limits, { surge: 1, unavailable: 0 });
  assert.deepEqual(shown, ["0: 3/1", "10: 2/1", "10: 2/2", "20: 1/2", "20: 1/3", "30: 0/3"]);
  assert.equal(completeAt, 30);
  assert.equal(rollOut(3, quarter, quarter, 10, 20).completeAt, 90);
});

test("H2: four replicas begin with one fewer and two new", () => {
  const { limits, shown } = rollOut(4, quarter, quarter, 10);
  assert.deepEqual(limits, { surge: 1, unavailable: 1 });
  assert.equal(shown.filter((line) => line.startsWith("0:")).at(-1), "0: 3/2");
});

test("H3: a single replica is there before the old one goes; both limits at 0 mean one unavailable", () => {
  assert.deepEqual(fenceposts(1, quarter, quarter), { surge: 1, unavailable: 0 });
  assert.deepEqual(fenceposts(5, pods(0), percent(10)), { surge: 0, unavailable: 1 });
});

test("H5: new pods that never get ready leave the old ones alone", () => {
  const { old, updated, completeAt } = rollOut(3, quarter, quarter, 1_000);
  assert.deepEqual([old, updated, completeAt], [3, 1, null]);
});

test("who goes first when a ReplicaSet shrinks", () => {
  const steady: Victim = {
    ...{ assigned: true, phase: "Running", ready: true, deletionCost: 0 },
    ...{ readyUs: 4_000e6, restarts: 0, createdAt: 0 },
  };
  const before = (parts: Partial<Victim>) => compareVictims({ ...steady, ...parts }, steady) < 0;
  for (const parts of [
    { assigned: false },
    { phase: "Pending" as const },
    { ready: false },
    { deletionCost: -1 },
    { readyUs: 10e6 },
    { restarts: 3 },
    { createdAt: 9 },
  ]) {
    assert.ok(before(parts), JSON.stringify(parts));
  }
  assert.ok(!before({ readyUs: 3_900e6 }), "ages of one order of magnitude are alike");
});

test("endpoints: a pod that is being deleted is used only where no other is ready", () => {
  const at = {
    hasAddress: true,
    ready: true,
    deleting: false,
    ended: false,
    publishNotReady: false,
  };
  const well = endpointOf(at);
  const leaving = endpointOf({ ...at, deleting: true });
  assert.deepEqual(leaving, { ready: false, serving: true, terminating: true });
  assert.equal(endpointOf({ ...at, ended: true }), null);
  assert.equal(endpointOf({ ...at, ready: false, publishNotReady: true })?.ready, true);
  if (well === null || leaving === null) throw new Error("no endpoint");
  assert.deepEqual(usedEndpoints([well, leaving]), [well]);
  assert.deepEqual(usedEndpoints([leaving]), [leaving]);
});
