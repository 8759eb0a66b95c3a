/** The worked examples over all phases, run by the simulation itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Probe, ProbeKind } from "#model/kube/pod.js";
import { lostOf } from "#model/life/life-report.js";
import { fixedGiven } from "#simulate/life/given.js";
import type { Fault, LifeInput } from "#simulate/life/life-input.js";
import { axesOf } from "#simulate/phases/axis.js";
import { exploreAxis } from "#simulate/phases/explore-axis.js";
import { keyWithFailures } from "#simulate/phases/life-outcome.js";
import {
  firstKillValue,
  firstNotReadyValue,
  likelihoodIn,
  type Mixture,
  meanValue,
  ofCells,
} from "#simulate/phases/mixture.js";
import {
  deployment,
  dpf,
  lifeInput,
  pod,
  s,
  service,
  takes,
  workload,
} from "#test/simulate/given.js";

function over(input: LifeInput, kind: ProbeKind): Mixture {
  const axis = axesOf(input).find((one) => one.kind === kind);
  assert.ok(axis);
  const cells = exploreAxis(input, axis, fixedGiven(input, "expected"), keyWithFailures);
  assert.ok(cells !== null);
  return ofCells(cells);
}

const START = 2;

/** Share of kills, and the container's ages at the first one, in seconds. */
function killed(mixture: Mixture, from = START): [number, [number, number] | null] {
  const index = firstKillValue(0);
  const { share, interval } = likelihoodIn(
    mixture,
    ({ pods }) => pods[0]?.firstKillAt !== null,
    index,
  );
  const since = (us: number): number => Number((us / 1e6 - from).toFixed(6));
  return [share, interval && [since(interval.fromUs), since(interval.toUs)]];
}

function failures(mixture: Mixture): Record<number, number> {
  const shares: Record<number, number> = {};
  for (const { weight, outcome } of mixture.parts) {
    const all = Object.values(outcome.pods[0]?.livenessFailures ?? {});
    const count = all.reduce((sum, one) => sum + one, 0);
    shares[count] = (shares[count] ?? 0) + weight;
  }
  for (const count of Object.keys(shares))
    shares[Number(count)] = (shares[Number(count)] ?? 0) / mixture.weight;
  return shares;
}

const starting = (livenessProbe: Probe, coldStart: number, until: number): Mixture =>
  over(
    lifeInput(workload(pod({ livenessProbe })), {
      service: service({ coldStart: takes(coldStart) }),
      durationUs: s(until),
    }),
    "liveness",
  );

const OUTAGE = 100;

function outages(
  livenessProbe: Probe,
  list: readonly [number, number][],
  how: "refused" | "silent" | "503",
) {
  const faults = list.map(
    ([from, length]): Fault => ({
      ...{
        kind: "outage",
        at: s(OUTAGE + from),
        untilUs: s(OUTAGE + from + length),
        how,
        pod: null,
      },
    }),
  );
  const last = list.at(-1)?.[0] ?? 0;
  const input = lifeInput(workload(pod({ livenessProbe })), {
    faults,
    durationUs: s(OUTAGE + last + 60),
  });
  return over(input, "liveness");
}

const one = (probe: Probe, length: number, how: "refused" | "silent" = "refused"): Mixture =>
  outages(probe, [[0, length]], how);

test("V1: a cold start of 12 s", () => {
  const mixture = starting(dpf(5, 10, 3), 12, 60);
  assert.deepEqual(failures(mixture), { 0: 0.3, 1: 0.7 });
  assert.deepEqual(killed(mixture), [0, null]);
});

test("V2, V3: cold starts of 30, 35 and 60 s", () => {
  assert.deepEqual(killed(starting(dpf(5, 10, 3), 30, 40)), [0.5, [25, 30]]);
  assert.deepEqual(killed(starting(dpf(5, 10, 3), 35, 50)), [1, [25, 35]]);
  assert.deepEqual(killed(starting(dpf(5, 10, 3), 60, 70)), [1, [25, 35]]);
});

test("V4, V5, V7: one outage of 3.8 s, port closed or socket silent", () => {
  for (const timeout of [2, 6]) {
    const mixture = one(dpf(0, 10, 3, timeout), 3.8);
    assert.deepEqual(failures(mixture), { 0: 0.62, 1: 0.38 });
    assert.equal(killed(mixture)[0], 0);
  }
  assert.deepEqual(failures(one(dpf(0, 10, 3, 2), 3.8, "silent")), { 0: 0.82, 1: 0.18 });
  assert.deepEqual(failures(one(dpf(0, 10, 3, 6), 3.8, "silent")), { 0: 1 });
  assert.deepEqual(killed(one(dpf(0, 10, 1), 3.8), OUTAGE), [0.38, [0, 3.8]]);
  assert.deepEqual(killed(one(dpf(0, 10, 1, 2), 3.8, "silent"), OUTAGE), [0.18, [2, 3.8]]);
});

test("V6: outages of 3.8 s in step with the probe, and out of step", () => {
  const every = (seconds: number): Mixture =>
    outages(
      dpf(0, 10, 3),
      Array.from({ length: Math.ceil(600 / seconds) }, (_, n) => [n * seconds, 3.8]),
      "refused",
    );
  assert.deepEqual(killed(every(10), OUTAGE), [0.38, [20, 23.8]]);
  assert.deepEqual(killed(every(5), OUTAGE), [0.76, [20, 28.8]]);
  assert.deepEqual(killed(every(12), OUTAGE), [0, null]);
  assert.deepEqual(killed(every(7), OUTAGE), [0, null]);
});

test("V8, V23: longer outages; a lower threshold is worse, a long timeout no help", () => {
  assert.deepEqual(killed(one(dpf(0, 10, 3), 26), OUTAGE), [0.6, [20, 26]]);
  assert.deepEqual(killed(one(dpf(0, 10, 3, 2), 26, "silent"), OUTAGE), [0.4, [22, 26]]);
  assert.equal(killed(one(dpf(0, 10, 3), 12))[0], 0);
  assert.equal(killed(one(dpf(0, 10, 2), 12))[0], 0.2);
  assert.deepEqual(failures(starting(dpf(15, 10, 2, 6), 12, 60)), { 0: 1 });
  assert.equal(killed(one(dpf(15, 10, 2, 6), 12))[0], 0.2);
  assert.equal(killed(one(dpf(15, 10, 3, 6), 12))[0], 0);
});

test("V17, V18: readiness in an outage of 3.8 s at 200 requests a second", () => {
  const run = (failures: number, replicas: number): Mixture => {
    const template = pod({ readinessProbe: dpf(0, 5, failures) });
    const base = lifeInput(deployment(template, replicas));
    const input: LifeInput = {
      ...base,
      faults: [{ kind: "outage", at: s(100), untilUs: s(103.8), how: "503", pod: 0 }],
      clients: { ...base.clients, ratePerS: 200 * replicas, serviceUs: 0 },
      node: { ...base.node, endpointLag: takes(1) },
      durationUs: s(150),
    };
    return over(input, "readiness");
  };
  const flips = (mixture: Mixture) =>
    likelihoodIn(mixture, ({ pods }) => (pods[0]?.readyFlips ?? 0) > 0, firstNotReadyValue(0))
      .share;
  const lost = (mixture: Mixture): number =>
    Number(
      [0, 1, 2, 3, 4].reduce((sum, index) => sum + meanValue(mixture, index).value, 0).toFixed(3),
    );
  const patient = run(3, 1);
  assert.deepEqual([flips(patient), lost(patient)], [0, 760]);
  assert.ok(patient.parts.every(({ outcome }) => Math.round(lostOf(outcome.requests)) === 760));
  const hasty = run(1, 2);
  assert.deepEqual([flips(hasty), lost(hasty)], [0.76, 603.2]);
  // Alone, a pod that is taken out of its Service leaves nobody: until the next good attempt and the lag after it.
  const alone = run(1, 1);
  assert.deepEqual([flips(alone), lost(alone)], [0.76, 1363.2]);
});

test("V27: a cold build in the pod", () => {
  const startup = (failureThreshold: number): Mixture => {
    const startupProbe = { ...dpf(0, 5, failureThreshold) };
    const input = lifeInput(workload(pod({ startupProbe })), {
      service: service({ coldStart: takes(45) }),
      durationUs: s(100),
    });
    return over(input, "startup");
  };
  assert.equal(killed(startup(12))[0], 0);
  assert.equal(killed(startup(10))[0], 0);
  assert.equal(killed(startup(9))[0], 1);
});
