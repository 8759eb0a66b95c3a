import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ProbeTiming } from "#simulate/forms/probe-timing.js";
import { type Cell, type Observed, partitionPhases } from "#simulate/phases/partition-phases.js";
import { lifeAtPhase, type Window } from "#test/simulate/forms/every-phase.js";

function cellsOf<T>(periodUs: number, observe: (phase: number) => Observed<T>): Cell<T>[] {
  const cells = partitionPhases(periodUs, observe);
  assert.ok(cells !== null);
  return cells;
}

const scenes = fc.record({
  timing: fc.record({
    delayUs: fc.nat(15),
    periodUs: fc.integer({ min: 1, max: 40 }),
    timeoutUs: fc.integer({ min: 1, max: 12 }),
    failureThreshold: fc.integer({ min: 1, max: 4 }),
  }),
  window: fc
    .tuple(fc.nat(60), fc.nat(60), fc.constantFrom("refused" as const, "silent" as const))
    .map(([from, length, outage]): Window => ({ from, to: from + length, outage })),
});

function observe(phase: number, timing: ProbeTiming, window: Window): Observed<number | null> {
  const { failures, killedAt } = lifeAtPhase(phase, timing, window);
  const edges = [window.from, window.to, window.to - timing.timeoutUs, timing.delayUs];
  return {
    key: `${failures.length} ${killedAt !== null}`,
    // The last one moves along with the phase.
    critical: [...edges, killedAt ?? 0].map((edge) => mod(edge, timing.periodUs)),
    values: killedAt === null ? [] : [killedAt],
    outcome: killedAt,
  };
}

const mod = (value: number, by: number): number => ((value % by) + by) % by;

test("the cells are what stepping through every phase finds", () => {
  const property = fc.property(scenes, ({ timing: given, window: small }) => {
    // Wide enough that the microsecond of an edge is a thousandth of the smallest cell.
    const timing = { ...given };
    for (const key of ["delayUs", "periodUs", "timeoutUs"] as const)
      timing[key] = given[key] * 1_000;
    const window = { ...small, from: small.from * 1_000, to: small.to * 1_000 };
    const at = (phase: number) => observe(phase, timing, window);
    const cells = cellsOf(timing.periodUs, at);
    assert.equal(cells[0]?.fromUs, 0);
    assert.equal(cells.at(-1)?.toUs, timing.periodUs);
    for (const [index, { fromUs, toUs, first, last }] of cells.entries()) {
      if (index > 0) assert.equal(cells[index - 1]?.toUs, fromUs);
      assert.deepEqual(at(fromUs).values, first);
      assert.deepEqual(
        at(toUs - 1).values,
        last.map((value) => value - 1),
      );
      for (let phase = fromUs; phase < toUs; phase += 500) {
        assert.equal(at(phase).key, at(fromUs).key);
      }
    }
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("a period of seconds takes a handful of runs", () => {
  let runs = 0;
  const timing = { delayUs: 5e6, periodUs: 10e6, timeoutUs: 1e6, failureThreshold: 3 };
  const cells = cellsOf(timing.periodUs, (phase) => {
    runs++;
    return observe(phase, timing, { from: 0, to: 30e6, outage: "refused" });
  });
  assert.deepEqual(
    cells.map(({ fromUs, toUs, first, last }) => [fromUs, toUs, first[0], last[0]]),
    [
      [0, 5e6, undefined, undefined],
      [5e6, 10e6, 25e6, 30e6],
    ],
  );
  assert.ok(runs <= 14, `${runs} runs`);
});

test("an edge that no run names is found by halving, and so is a bend", () => {
  const edge = cellsOf(10_000_000, (phase) => ({
    key: phase < 7_654_321 ? "a" : "b",
    critical: [],
    values: [],
    outcome: phase,
  }));
  assert.ok(edge.some(({ fromUs }) => fromUs === 7_654_321));
  const bend = (phase: number): number => Math.min(phase, 2_800_000);
  const bent = cellsOf(5_000_000, (phase) => ({
    ...{ key: "", critical: [], values: [bend(phase)], outcome: null },
  }));
  const area = bent.reduce(
    (sum, { fromUs, toUs, first, last }) =>
      sum + ((toUs - fromUs) * ((first[0] ?? 0) + (last[0] ?? 0))) / 2,
    0,
  );
  assert.ok(Math.abs(area - (2.8e6 ** 2 / 2 + 2.8e6 * 2.2e6)) < 1e-6 * area);
});

test("what happens only in the microsecond of an edge has no measure", () => {
  for (const tie of [0, 3_000_000]) {
    const cells = cellsOf(10_000_000, (phase) => ({
      key: phase === tie ? "tie" : phase < 3_000_000 ? "a" : "b",
      critical: [0, 3_000_000],
      values: [],
      outcome: phase === tie ? "tie" : "no",
    }));
    assert.ok(cells.every(({ outcome }) => outcome === "no"));
    const measured = cells.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
    assert.equal(measured, 10_000_000);
  }
});

test("what takes too many runs is given up", () => {
  const noise = (phase: number) => ({ key: `${phase}`, critical: [], values: [], outcome: null });
  assert.equal(partitionPhases(10_000_000, noise, 100), null);
});
