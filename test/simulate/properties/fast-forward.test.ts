import assert from "node:assert/strict";
import { test } from "node:test";
import { naturalGiven, sampledGiven } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { runLife } from "#simulate/life/run-life.js";
import { generateCase } from "#simulate/properties/generate-case.js";
import { s, takes } from "#test/simulate/given.js";

const CASES = 300;

test("what is not told is counted all the same, whether ticks are waited for or skipped", () => {
  for (let seed = 1; seed <= CASES; seed++) {
    const input = generateCase(seed, "hotpod");
    // Round times make things meet in one instant.
    const round = seed % 2 === 0 ? input : onWholeSeconds(input);
    const figures = ([events, fastForward]: readonly [boolean, boolean]): string => {
      const given = seed % 2 === 0 ? sampledGiven(round, seed) : naturalGiven(round);
      const run = runLife(round, given, { events, fastForward });
      return JSON.stringify(
        run.pods.map(({ record, traffic, machine }) => [
          record,
          [...record.livenessFailures],
          traffic.sums,
          machine.state.members.map(({ probers }) => probers.map((one) => one?.worker.verdict)),
        ]),
      );
    };
    const told = figures([true, false]);
    assert.equal(figures([false, false]), told, `naive, seed ${seed}`);
    assert.equal(figures([false, true]), told, `fast-forward, seed ${seed}`);
  }
});

function onWholeSeconds(input: LifeInput): LifeInput {
  const whole = (us: number): number => Math.floor(us / s(1)) * s(1);
  return {
    ...input,
    node: { ...input.node, containerStartUs: s(2), wallFraction: 0 },
    service: {
      ...input.service,
      ...{ build: takes(3), appStart: takes(1), coldStart: takes(5), healthLatency: null },
    },
    saves: input.saves.map((save) => ({ ...save, at: whole(save.at) })),
    faults: input.faults.map((fault) => ({
      ...fault,
      at: whole(fault.at),
      ...("untilUs" in fault ? { untilUs: whole(fault.untilUs) + s(1) } : {}),
    })),
  };
}
