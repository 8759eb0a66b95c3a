import assert from "node:assert/strict";

const VOID = new Set(["meta", "input", "br", "wbr"]);
const RAW = /^(script|style)$/;
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9-]*(?:="[^"<>]*"|:[a-z]+)?)*)\s*(\/?)>/i;

/** The names of all elements of a page, in order. Fails where a tag is broken, or one is not closed where it should be. */
export function htmlTags(page: string): readonly string[] {
  const names: string[] = [];
  const open: string[] = [];
  const [, body = ""] = /^<!doctype html>\n(.*)$/s.exec(page) ?? [];
  let at = body.indexOf("<");
  while (at >= 0) {
    const rest = body.slice(at, at + 4_000);
    const [whole, close, name = "", , self] = TAG.exec(rest) ?? [];
    assert.ok(whole !== undefined, `no tag: ${rest.slice(0, 120)}`);
    at += whole.length;
    if (close === "/") assert.equal(open.pop(), name, `</${name}> closes something else`);
    else {
      names.push(name);
      if (self !== "/" && !VOID.has(name)) open.push(name);
      // A raw text ends at its own end tag and nowhere else.
      if (RAW.test(name)) at = body.indexOf(`</${name}`, at);
    }
    at = body.indexOf("<", at);
  }
  assert.deepEqual(open, []);
  return names;
}
