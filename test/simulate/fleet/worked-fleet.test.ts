/** Roll-outs and fleets in the simulation itself, with the kubelet's and the controllers' own decisions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rollout, Workload } from "#model/kube/workload.js";
import type { LifeEvent } from "#model/life/life-event.js";
import { lostOf } from "#model/life/life-report.js";
import { naturalGiven } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { hazardsOf } from "#simulate/phases/hazards-of.js";

import { play, stageOf } from "#simulate/phases/stage.js";
import { survey } from "#simulate/phases/survey.js";
import {
  deployment,
  dpf,
  lifeInput,
  pod,
  policy,
  s,
  service,
  takes,
} from "#test/simulate/given.js";

const pods = (count: number) => ({ kind: "count", pods: count }) as const;

function rolled(
  replicas: number,
  parts: Partial<Rollout>,
  coldStart: number | null,
  livenessProbe = null as ReturnType<typeof dpf> | null,
) {
  const template = pod({ readinessProbe: dpf(0, 1, 3), livenessProbe });
  const plain = deployment(template, replicas);
  const workload: Workload = { ...plain, rollout: { ...(plain.rollout as Rollout), ...parts } };
  const base = lifeInput(workload);
  const input: LifeInput = {
    ...base,
    rollout: true,
    // Never up: long after the end.
    service: service({ coldStart: takes(coldStart === null ? 9_999 : coldStart - 0.5) }),
    node: { ...base.node, containerStartUs: 0, endpointLag: takes(0) },
    clients: { ...base.clients, ratePerS: 100, serviceUs: 0 },
    durationUs: s(900),
    phase: { kind: "expected" },
  };
  const { run, outcome } = play(stageOf(input), naturalGiven(input), { events: true });
  return { input, events: run.events, outcome };
}

const secondsOf = (events: readonly LifeEvent[], which: (event: LifeEvent) => boolean): number[] =>
  events.filter(which).map(({ t }) => t / 1e6);
const made = (events: readonly LifeEvent[]) =>
  secondsOf(
    events,
    (event) => event.ev === "phaseChanged" && event.t > 0 && event.data.phase === "Running",
  );
const steps = (events: readonly LifeEvent[]) => {
  const last = new Map<number, readonly [number, number]>();
  for (const event of events) {
    if (event.ev === "rolloutStep") last.set(event.t / 1e6, [event.data.old, event.data.updated]);
  }
  return [...last].map(([at, [old, updated]]) => [at, old, updated]);
};

test("V19: three replicas, ready after 10 s", () => {
  const { events, outcome } = rolled(3, {}, 10);
  assert.deepEqual(made(events).slice(-2), [10, 20]);
  assert.equal(outcome.rollout?.completedAt, s(30));
  assert.equal(outcome.rollout?.leastReady, 3);
  assert.equal(lostOf(outcome.requests), 0);
  assert.equal(rolled(3, { minReadySeconds: 20 }, 10).outcome.rollout?.completedAt, s(90));
});

test("V19, V21: new pods that are never ready: three serve on, the deadline passes, nothing is rolled back", () => {
  const { input, events, outcome } = rolled(3, {}, null);
  const { rollout } = outcome;
  assert.deepEqual(
    [rollout?.completedAt, rollout?.timedOutAt, rollout?.leastReady],
    [null, s(600), 3],
  );
  assert.deepEqual(steps(events), [[0, 3, 1]]);
  const [stall] = hazardsOf(input, survey(input, { runs: 1 })).filter(
    ({ kind }) => kind === "stall",
  );
  assert.match(stall?.text ?? "", /stalls.*3 of 3 pods ready.*nothing is rolled back/);
});

test("V21: an endless liveness loop in the new pods stalls the roll-out, too", () => {
  const { outcome } = rolled(3, {}, 45, dpf(5, 10, 3));
  assert.deepEqual([outcome.rollout?.completedAt, outcome.rollout?.leastReady], [null, 3]);
  assert.ok(outcome.pods.some(({ kills }) => kills.liveness > 3));
  const without = rolled(3, { maxSurge: pods(0), maxUnavailable: pods(1) }, 45, dpf(5, 10, 3));
  assert.equal(without.outcome.rollout?.leastReady, 2);
  assert.equal(lostOf(without.outcome.requests), 0);
});

test("V20: four and ten replicas, and three without a surge", () => {
  const four = rolled(4, {}, 10);
  assert.deepEqual([steps(four.events)[0], four.outcome.rollout?.completedAt], [[0, 3, 2], s(20)]);
  const ten = rolled(10, {}, 10);
  assert.deepEqual(steps(ten.events).slice(0, 2), [
    [0, 8, 5],
    [10, 3, 10],
  ]);
  assert.equal(ten.outcome.rollout?.completedAt, s(20));
  const three = rolled(3, { maxSurge: pods(0), maxUnavailable: pods(1) }, 10);
  const { rollout } = three.outcome;
  assert.deepEqual([rollout?.completedAt, rollout?.leastReady], [s(30), 2]);
});

function loaded(ratePerS: number, healthBound: "queue" | "supervisor") {
  const base = lifeInput(deployment(pod({ livenessProbe: dpf(0, 10, 3, 2) }), 3));
  const input: LifeInput = {
    ...base,
    workload: { ...base.workload, rollout: null },
    service: service({ coldStart: takes(1), healthLatency: takes(0.05) }),
    faults: [{ kind: "delete", at: s(100), pod: 0 }],
    clients: { ...base.clients, ratePerS },
    node: { ...base.node, endpointLag: takes(0) },
    fleet: {
      ...{ policy: "all-at-once", spreadUs: 0, maxUnavailable: 1, capacityPerS: 100, healthBound },
    },
    durationUs: s(200),
  };
  return survey({ ...input, phase: { kind: "sampled", runs: 40 } }, { runs: 40 }).joint.parts.map(
    ({ outcome }) => outcome,
  );
}

test("V25: one pod of three is lost: the rest drowns with it, or does not", () => {
  for (const rate of [180, 194]) {
    for (const { pods } of loaded(rate, "queue"))
      assert.equal(
        pods.some(({ firstKillAt }) => firstKillAt),
        false,
      );
  }
  for (const rate of [196, 240]) {
    const first = loaded(rate, "queue").map(({ pods }) =>
      pods.slice(1).map(({ firstKillAt }) => firstKillAt),
    );
    for (const at of first.flat()) {
      assert.ok(at !== null && at >= s(122) && at < s(132), `${at}`);
    }
  }
  for (const { pods, requests } of loaded(240, "supervisor")) {
    assert.equal(
      pods.some(({ firstKillAt }) => firstKillAt),
      false,
    );
    assert.ok(requests.timeout > 0);
  }
});

test("a fleet takes one save all at once, or one pod after the other, and pauses at the first that fails", () => {
  const fleet = (policyOf: "all-at-once" | "rolling", outcome: "ok" | "neverReady") => {
    const base = lifeInput(deployment(pod({ readinessProbe: dpf(0, 2, 1) }), 3));
    const input: LifeInput = {
      ...base,
      ...{
        reload: { kind: "hotpod", policy: { ...policy, readyTimeoutMs: 10_000 } },
        durationUs: s(200),
      },
      service: service({ build: takes(3), appStart: takes(1) }),
      saves: [{ at: s(60), outcome: { kind: outcome } }],
      fleet: {
        ...{ policy: policyOf, spreadUs: s(0), maxUnavailable: 1, capacityPerS: null },
        healthBound: "queue",
      },
    };
    const { run } = play(stageOf(input), naturalGiven(input), { events: true });
    const at = (ev: LifeEvent["ev"]) =>
      secondsOf(run.events, (event) => event.ev === ev && event.t >= s(60));
    return { saves: at("save"), promotes: at("promote") };
  };
  assert.deepEqual(fleet("all-at-once", "ok"), { saves: [60, 60, 60], promotes: [64, 64, 64] });
  assert.deepEqual(fleet("rolling", "ok"), { saves: [60, 64, 68], promotes: [64, 68, 72] });
  assert.deepEqual(fleet("rolling", "neverReady"), { saves: [60], promotes: [] });
});
