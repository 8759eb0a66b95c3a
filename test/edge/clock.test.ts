import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock, monotonicNow } from "#edge/clock.js";

/** Asks for wakes; resolves with their numbers in the order in which they came. */
function wakes(asked: readonly (readonly [number, number])[]): Promise<number[]> {
  const came: number[] = [];
  return new Promise((resolve) => {
    const clock = createClock((happening) => {
      assert.ok(happening.kind === "woke");
      came.push(happening.wake);
      if (came.length === asked.length) resolve(came);
    });
    const now = clock.now();
    for (const [wake, afterMs] of asked) clock.wakeAt(wake, now + afterMs);
  });
}

test("wakes come in the order of their instants, equal ones as they were asked", async () => {
  const asked = [
    [1, 30],
    [2, 10],
    [3, 20],
    [4, 10],
    [5, -5],
  ] as const;
  assert.deepEqual(await wakes(asked), [5, 2, 4, 3, 1]);
});

test("no wake comes before its instant", async () => {
  const before = monotonicNow();
  await new Promise<void>((resolve) => {
    createClock(() => resolve()).wakeAt(1, before + 20.7);
  });
  assert.ok(monotonicNow() >= before + 20.7);
});

test("time does not follow the wall clock", async (t) => {
  const real = Date.now;
  t.after(() => {
    Date.now = real;
  });
  const before = monotonicNow();
  Date.now = () => real() - 3_600_000;
  assert.ok(monotonicNow() >= before);
  assert.deepEqual(await wakes([[1, 5]]), [1]);
});
