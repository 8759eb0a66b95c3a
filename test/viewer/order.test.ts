import assert from "node:assert/strict";
import { test } from "node:test";
import { orderOf } from "#viewer/score/order-of.js";

test("numbers are sorted by their worth and stand before words", () => {
  const sorted = ["shop/b", "10", "", "9", "-1", "shop/a", "0.5"].toSorted(orderOf);
  assert.deepEqual(sorted, ["-1", "0.5", "9", "10", "", "shop/a", "shop/b"]);
});
