import assert from "node:assert/strict";
import { test } from "node:test";
import { handoverWhy } from "#report/words/handover-why.js";

test("why a hand-over was chosen reads well", () => {
  const address = "0.0.0.0:8080";
  assert.equal(handoverWhy({ kind: "took-sockets" }), "the service takes the sockets it is given");
  assert.equal(handoverWhy({ kind: "bound", address }), "the service binds 0.0.0.0:8080 by itself");
  assert.equal(
    handoverWhy({ kind: "bound-elsewhere", address, instead: ":3000" }),
    "the service binds 0.0.0.0:8080 by itself and not :3000, where nobody answers",
  );
});
