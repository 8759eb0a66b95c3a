import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithin, joinPath } from "#base/join-path.js";

test("a path from a folder on", () => {
  assert.equal(joinPath("/app", "./tmp/main"), "/app/tmp/main");
  assert.equal(joinPath("/app", "/bin//main"), "/bin/main");
  assert.equal(joinPath("/app/x", "../../../main"), "/main");
  assert.equal(joinPath("/", ""), "/");
});

test("below a folder is below its name, not below its beginning", () => {
  assert.ok(isWithin("/app/main", "/app") && isWithin("/app", "/app") && isWithin("/x", "/"));
  assert.ok(!isWithin("/application", "/app"));
});
