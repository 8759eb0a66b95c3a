import assert from "node:assert/strict";
import { test } from "node:test";
import {
  closingMoves,
  reconciled,
  withMember,
  withoutMember,
} from "#edge/listeners/member-order.js";

test("a new member comes last", () => {
  assert.deepEqual(withMember([11, 12], 13), [11, 12, 13]);
});

for (const { name, order, closed, left } of [
  { name: "the last takes the first's place", order: [1, 2, 3], closed: 1, left: [3, 2] },
  { name: "the last takes the middle's place", order: [1, 2, 3], closed: 2, left: [1, 3] },
  { name: "the last just goes", order: [1, 2, 3], closed: 3, left: [1, 2] },
  { name: "the only one goes", order: [1], closed: 1, left: [] },
  { name: "one that is not there changes nothing", order: [1, 2], closed: 9, left: [1, 2] },
]) {
  test(`closing: ${name}`, () => assert.deepEqual(withoutMember(order, closed), left));
}

test("strangers come last, those that left are replaced by the last", () => {
  assert.deepEqual(reconciled([1, 2, 3], [7, 3, 2]), [3, 2, 7]);
  assert.deepEqual(reconciled([1, 2], [2, 1]), [1, 2]);
});

test("closing moves the kept one only when that is last and not the closed one", () => {
  assert.equal(closingMoves([1, 2, 3], 1, 3), true);
  assert.equal(closingMoves([1, 2, 3], 1, 2), false);
  assert.equal(closingMoves([1, 2, 3], 3, 3), false);
  assert.equal(closingMoves([1, 2, 3], 9, 3), false);
});
