import assert from "node:assert/strict";
import { test } from "node:test";
import { besideModel } from "#lab/cluster/beside-model.js";
import type { PodLine } from "#lab/probe/pod-log.js";

const line = (at: number, what: string): PodLine => ({ at, what, place: 0, text: "" });

/** Killed so many seconds after each start; the second restart waits for so long. */
const life = (kill: number, wait: number): readonly PodLine[] => [
  ...[line(1, "started"), line(1 + kill, "Killing"), line(1 + kill, "exited")],
  ...[line(1 + kill, "started"), line(1 + 2 * kill, "Killing"), line(1 + 2 * kill, "exited")],
  line(1 + 2 * kill + wait, "started"),
];
const models = [life(3, 10), life(4, 14)];

test("each thing is told from what it follows from, with the range of all lives", () => {
  const rows = besideModel([{ lines: life(3.5, 12), watchedSeconds: 60 }], models);
  assert.deepEqual(
    rows.map(({ what, model, real }) => [what, model, real]),
    [
      ["kill 1, after start 1", { from: 3, to: 4 }, [3.5]],
      ["end 1, after kill 1", { from: 0, to: 0 }, [0]],
      ["start 2, after end 1", { from: 0, to: 0 }, [0]],
      ["kill 2, after start 2", { from: 3, to: 4 }, [3.5]],
      ["end 2, after kill 2", { from: 0, to: 0 }, [0]],
      ["start 3, after end 2", { from: 10, to: 14 }, [12]],
    ],
  );
  assert.ok(rows.every(({ ok }) => ok));
});

test("a slow node does not make everything after it late", () => {
  const late = life(3.5, 12).map((one, index) => ({ ...one, at: one.at + (index > 2 ? 2 : 0) }));
  const rows = besideModel([{ lines: late, watchedSeconds: 60 }], models);
  assert.equal(rows.find(({ what }) => what === "start 2, after end 1")?.real[0], 2);
  assert.ok(rows.every(({ ok }) => ok));
});

test("what comes when no life has it is outside, of one pod of several too", () => {
  const pods = [life(3.5, 12), life(3.5, 30)].map((lines) => ({ lines, watchedSeconds: 60 }));
  const outside = besideModel(pods, models).filter(({ ok }) => !ok);
  assert.deepEqual(
    outside.map(({ what, real }) => [what, real]),
    [["start 3, after end 2", [12, 30]]],
  );
});

test("what every life has by then must not be missing; what may be cut off may", () => {
  const lines = life(3.5, 12).slice(0, 6);
  const missing = besideModel([{ lines, watchedSeconds: 60 }], models);
  assert.deepEqual(missing.at(-1), {
    what: "start 3, after end 2",
    model: { from: 10, to: 14 },
    real: [],
    ok: false,
  });
  const cut = besideModel([{ lines, watchedSeconds: 24 }], models);
  assert.ok(cut.every(({ ok }) => ok));
});

test("what no life has is outside", () => {
  const calm = [line(1, "started")];
  const rows = besideModel([{ lines: life(3, 10), watchedSeconds: 60 }], [calm]);
  assert.ok(rows.length > 0);
  assert.ok(rows.every(({ ok, model }) => !ok && model === null));
});

test("where nobody kills, an end follows from its start", () => {
  const ends = [line(0, "started"), line(5, "exited"), line(5, "started")];
  const rows = besideModel([{ lines: ends, watchedSeconds: 9 }], [ends]);
  assert.deepEqual(
    rows.map(({ what }) => what),
    ["end 1, after start 1", "start 2, after end 1"],
  );
});
