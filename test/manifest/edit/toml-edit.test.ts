import assert from "node:assert/strict";
import { test } from "node:test";
import { setTomlKey } from "#manifest/edit/toml-edit.js";
import type { JsonValue } from "#manifest/edit/yaml-text.js";

function set(text: string, table: string, key: string, value: JsonValue): string {
  const result = setTomlKey(text, table, key, value);
  return result.ok ? result.value : `refused: ${result.error.what}`;
}

const AIR =
  'root = "." # here\n\n[build]\n  cmd = "go build"\n  delay = 0 # ms\n\n[log]\n  time = true\n';

test("a key is replaced with its comment, or comes last in its table", () => {
  assert.equal(set(AIR, "build", "delay", 300), AIR.replace("delay = 0", "delay = 300"));
  assert.equal(
    set(AIR, "build", "exclude_dir", ["tmp", "a b"]),
    AIR.replace("# ms\n", '# ms\n  exclude_dir = [ "tmp", "a b" ]\n'),
  );
  assert.equal(set(AIR, "", "tmp_dir", "t"), AIR.replace("# here\n", '# here\ntmp_dir = "t"\n'));
});

test("a table that is missing is made", () => {
  assert.equal(set("", "build", "poll", true), "[build]\npoll = true\n");
  assert.equal(set(AIR, "misc", "clean_on_exit", true), `${AIR}\n[misc]\nclean_on_exit = true\n`);
});

test("what cannot be changed for certain is refused", () => {
  assert.match(set("a = [\n 1,\n]\n", "", "a", 2), /^refused/);
  assert.match(set("build.delay = 1\n", "build", "delay", 2), /^refused/);
  assert.match(set("a = ", "", "a", 2), /^refused: it is no TOML/);
});

test("twice is once", () => {
  const once = set(AIR, "build", "poll", true);
  assert.equal(set(once, "build", "poll", true), once);
});
