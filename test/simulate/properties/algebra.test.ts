/** What holds between lives, whatever is in them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toolOfProgram } from "#manifest/tools/find-tool.js";
import type { LifeEvent, Micros } from "#model/life/life-event.js";
import { type Given, sampledGiven } from "#simulate/life/given.js";
import type { Fault, LifeInput, Reload } from "#simulate/life/life-input.js";
import { type Director, runLife } from "#simulate/life/run-life.js";
import { generateCase } from "#simulate/properties/generate-case.js";
import { s } from "#test/simulate/given.js";

const air = toolOfProgram("air");
assert.ok(air !== null);
const subjects: readonly (readonly [string, "hotpod" | Reload])[] = [
  ["hotpod", "hotpod"],
  ["air", { kind: "tool", tool: air }],
];

const play = (input: LifeInput, given: Given, director?: Director): readonly LifeEvent[] =>
  runLife(input, given, { events: true, ...(director === undefined ? {} : { director }) }).events;

/** Instants inside an event's data. */
const INSTANTS = ["untilUs", "fromUs", "endsAt", "seenAt"];

function moved(event: LifeEvent, byUs: Micros): unknown {
  const data = Object.entries(event.data).map(([name, value]) => [
    name,
    INSTANTS.includes(name) && typeof value === "number" ? value + byUs : value,
  ]);
  return { ...event, t: event.t + byUs, data: Object.fromEntries(data) };
}

/** The pod is created so much later, and all else comes later with it. */
function later(input: LifeInput, byUs: Micros): [LifeInput, Director] {
  const shifted = (fault: Fault): Fault => {
    const at = fault.at + byUs;
    return "untilUs" in fault ? { ...fault, at, untilUs: fault.untilUs + byUs } : { ...fault, at };
  };
  const director: Director = {
    begin: ({ heap, add }) => heap.after(byUs, () => add()),
    changed: () => {},
    gone: () => {},
  };
  const saves = input.saves.map((save) => ({ ...save, at: save.at + byUs }));
  const durationUs = input.durationUs + byUs;
  return [{ ...input, durationUs, saves, faults: input.faults.map(shifted) }, director];
}

for (const [name, reload] of subjects) {
  test(`what is put in ${name}'s life later by whole seconds comes out as much later`, () => {
    for (let seed = 1; seed <= 60; seed++) {
      const input = generateCase(seed, reload);
      const byUs = s(1 + (seed % 7_000));
      const [shifted, director] = later(input, byUs);
      const wanted = play(input, sampledGiven(input, seed)).map((event) => moved(event, byUs));
      assert.deepEqual(
        play(shifted, sampledGiven(shifted, seed), director),
        wanted,
        `seed ${seed}`,
      );
    }
  });

  test(`pods that share nothing live beside each other under ${name} as each of them alone`, () => {
    for (let seed = 1; seed <= 40; seed++) {
      const one = withoutClients(generateCase(seed, reload));
      const both: LifeInput = {
        ...one,
        workload: { ...one.workload, kind: "Deployment", replicas: 2 },
      };
      const together = play(both, sampledGiven(both, seed));
      for (const pod of [0, 1]) {
        const alone = play(one, asPod(sampledGiven(one, seed), pod));
        const named = alone.map((event) =>
          JSON.stringify(event).replaceAll("shop-0", `shop-${pod}`),
        );
        const mine = together.filter((event) => event.pod === `shop-${pod}`);
        assert.deepEqual(
          mine.map((event) => JSON.stringify(event)),
          named,
          `seed ${seed}, pod ${pod}`,
        );
      }
    }
  });
}

/** Clients go to whoever is ready, so they tie pods together. */
function withoutClients(input: LifeInput): LifeInput {
  return { ...input, clients: { ...input.clients, ratePerS: 0 } };
}

/** The first pod of a life draws what this one would. */
function asPod(given: Given, pod: number): Given {
  return {
    ...given,
    phaseUs: (_, container, kind, periodUs) => given.phaseUs(pod, container, kind, periodUs),
    stream: (path) => given.stream(path.replace(/\/0$/, `/${pod}`)),
    detectionUs: (_, stream) => given.detectionUs(pod, stream),
    requeueJitter: (_, stream) => given.requeueJitter(pod, stream),
    endpointLagUs: (_, stream) => given.endpointLagUs(pod, stream),
  };
}
