import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "#base/once.js";

test("asks once, also when there is nothing to be found", () => {
  let asked = 0;
  const find = once(() => {
    asked++;
    return undefined;
  });
  assert.deepEqual([find(), find(), asked], [undefined, undefined, 1]);
});
