import assert from "node:assert/strict";
import { test } from "node:test";
import { agenda } from "#simulate/agenda.js";

test("time goes from due time to due time, in the order of asking", () => {
  const time = agenda();
  const seen: string[] = [];
  const note = (name: string) => () => {
    seen.push(`${time.now()} ${name}`);
    if (name === "a") time.after(10, note("after a"));
  };
  time.after(20, note("b"));
  time.after(10, note("a"));
  time.after(20, note("c"));
  time.after(30, note("late"));
  while (time.turn(25)) {}
  assert.deepEqual(seen, ["10 a", "20 b", "20 c", "20 after a"]);
  assert.equal(time.turn(29), false);
});
