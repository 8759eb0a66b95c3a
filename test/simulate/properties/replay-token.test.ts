import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ReplayToken, readToken, writeToken } from "#simulate/properties/replay-token.js";

const tokens: fc.Arbitrary<ReplayToken> = fc.record({
  seed: fc.nat(),
  subject: fc.constantFrom("hotpod", "air", "CompileDaemon"),
  defect: fc.constantFrom(null, "promote-unready"),
  path: fc.array(fc.nat(500), { maxLength: 40 }),
});

test("a token is read as it was written", () => {
  const property = fc.property(tokens, (token) => {
    const text = writeToken(token);
    assert.match(text, /^hps1\.[\w-]+$/);
    assert.deepEqual(readToken(text), { ok: true, value: { ...token } });
  });
  fc.assert(property);
});

test("what is no token is said to be none; one of another version names it", () => {
  const base = (text: string) => `hps1.${Buffer.from(text).toString("base64url")}`;
  for (const text of [
    "",
    "hps1.",
    "hps2.abc",
    "hps1.!!",
    base("1;2;hotpod"),
    base("1;x;hotpod;;"),
  ]) {
    assert.deepEqual(readToken(text), { ok: false, error: { kind: "not-a-token" } });
  }
  const other = { ok: false, error: { kind: "other-version", version: 9 } };
  assert.deepEqual(readToken(base("9;2;hotpod;;")), other);
});
