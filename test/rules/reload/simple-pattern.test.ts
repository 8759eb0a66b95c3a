import assert from "node:assert/strict";
import { test } from "node:test";
import { simpleGlob, simplePattern } from "#rules/reload/simple-pattern.js";

const matches = (pattern: string, path: string): boolean | null =>
  simplePattern(pattern)?.(path) ?? null;

test("patterns of literal text are decided as the regular expression would", () => {
  const patterns = ["", ".*", "\\.go$", "^bin/", "^app$", "\\.(go|html)$", "_test\\.go", ".*\\.go"];
  const paths = ["app", "app.go", "bin/app", "a/bin/app", "index.html", "a_test.go", "bin/x.goo"];
  for (const pattern of patterns) {
    for (const path of paths) {
      assert.equal(matches(pattern, path), new RegExp(pattern).test(path), `${pattern} ${path}`);
    }
  }
});

test("of other patterns nothing is said, and they are never run", () => {
  for (const pattern of ["(a+)+$", "[a-z]+", "a{3}", "((a|b)|c)", "a?", "\\d", "(", "a(b"]) {
    assert.equal(simplePattern(pattern), null, pattern);
  }
});

test("globs of an extension or a folder", () => {
  assert.equal(simpleGlob("*.go")?.("cmd/main.go"), true);
  assert.equal(simpleGlob("*.go")?.("cmd/main"), false);
  assert.equal(simpleGlob("bin/**")?.("bin/app"), true);
  assert.equal(simpleGlob("./bin")?.("binary"), false);
  assert.equal(simpleGlob("{a,b}"), null);
});
