import assert from "node:assert/strict";
import { test } from "node:test";
import { configPlace } from "#manifest/tools/config-place.js";

const AIR = `root = "."
tmp_dir = "tmp" # [build]

[build]
  cmd = """
delay = 7
"""
  delay = 0 # ms
  exclude_dir = [
    "tmp", # ] not yet
    "bin",
  ]
  "kill_delay" = '500ms'

[misc]
clean_on_exit = true
`;

function place(table: string, key: string | null, text = AIR, file = ".air.toml"): string {
  const { line, column, endLine, endColumn } = configPlace({ file, text }, table, key);
  return `${line}:${column}-${endLine}:${endColumn}`;
}

test("a key is found with its value, in its own table only", () => {
  assert.equal(place("build", "delay"), "8:3-8:12");
  assert.equal(place("build", "kill_delay"), "13:3-13:25");
  assert.equal(place("", "tmp_dir"), "2:1-2:16");
  assert.equal(place("misc", "clean_on_exit"), "16:1-16:21");
});

test("values of several lines are whole, whatever is written in them", () => {
  assert.equal(place("build", "cmd"), "5:3-7:4");
  assert.equal(place("build", "exclude_dir"), "9:3-12:4");
});

test("what is not there is the table's header, or the first line", () => {
  assert.equal(place("build", "send_interrupt"), "4:1-4:8");
  assert.equal(place("proxy", "enabled"), "1:1-1:11");
  assert.equal(place("build", null), "4:1-4:8");
  assert.equal(place("build", "delay", ""), "1:1-1:1");
});

test("dotted keys and inline tables", () => {
  assert.equal(place("build", "delay", "build.delay = 3\n"), "1:1-1:16");
  assert.equal(place("build", "delay", "\nbuild = { delay = 0 }\n"), "2:1-2:22");
});

test("JSON and lines of key and value", () => {
  assert.equal(place("", "delay", '{\n  "delay": 0\n}', "nodemon.json"), "2:12-2:13");
  const lines = "root: .\n  build_delay:  600\n";
  assert.equal(place("", "build_delay", lines, "runner.conf"), "2:3-2:20");
});

test("text that is no TOML ends, and hostile text is read in one pass", () => {
  for (const text of ['a = "', "[", "[[", "'", "= =", "a = [[[[", '"""', "a", "a\n=\n"]) {
    assert.equal(typeof place("build", "delay", text), "string", text);
  }
  const started = Date.now();
  for (const part of ["[", "a = [", 'a = "\\', "'", "a.", "[a]\n", "\n"]) {
    place("build", "delay", part.repeat(200_000 / part.length));
  }
  assert.ok(Date.now() - started < 5_000);
});
