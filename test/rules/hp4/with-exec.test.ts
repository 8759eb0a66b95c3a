import assert from "node:assert/strict";
import { test } from "node:test";
import { withExec } from "#rules/hp4/hp402-shell-stays-pid1.js";

test("exec stands before the last command, and nothing else changes", () => {
  assert.equal(withExec("air"), "exec air");
  assert.equal(withExec("./app -c x.toml"), "exec ./app -c x.toml");
  assert.equal(withExec("set -e; air -c a"), "set -e; exec air -c a");
  assert.equal(withExec("cd /src && air"), "cd /src && exec air");
  assert.equal(withExec("cd /src\nair"), "cd /src\nexec air");
  assert.equal(withExec("cd /src || true; air"), "cd /src || true; exec air");
});

test("where a command begins is not guessed", () => {
  for (const script of [
    "",
    "air;",
    "echo 'a; b' && air",
    "(air)",
    "A=1 air",
    "$APP",
    "x=$(y); air",
    "if x; then air; fi",
    "if x; then air",
    "air; exit 0",
    "air; wait",
  ]) {
    assert.equal(withExec(script), null, script);
  }
});
