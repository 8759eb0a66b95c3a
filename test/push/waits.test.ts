import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConfigState, FollowedConfig } from "#model/followed-config.js";
import { isGood, judgeWait, parseWait, showWait, tooLate } from "#push/waits.js";

const NEW = "0123456789ab";
const OLD = "ba9876543210";
const path = "/etc/a=b/limits";
const wait = { path, is: "like", hash: NEW } as const;

const follows = (state: ConfigState, hash: string = NEW, action = "SIGHUP"): FollowedConfig => ({
  ...{ path, hash, action, state, detail: null, ageMs: 1 },
});
const nobody = (): null => null;

test("what is written is what is read", () => {
  for (const one of [wait, { ...wait, is: "unlike" } as const]) {
    assert.deepEqual(parseWait(showWait(one)), one);
  }
  for (const bad of ["", "/a", "/a=", "/a=xyz", "a=0123456789ab", "/a=0123456789abc"]) {
    assert.equal(parseWait(bad), null, bad);
  }
});

test("it is over when the content is there and has counted, or was refused", () => {
  const states: Readonly<Record<ConfigState, boolean>> = {
    ...{ counts: true, serves: true, told: true, answered: true, refused: true },
    ...{ asked: false, starting: false },
  };
  for (const [state, over] of Object.entries(states) as [ConfigState, boolean][]) {
    assert.equal(judgeWait(wait, [follows(state)], nobody) !== null, over, state);
    assert.equal(judgeWait(wait, [follows(state, OLD)], nobody), null, `${state} of the old one`);
  }
  const refused = judgeWait(wait, [follows("refused")], nobody);
  assert.ok(refused !== null && !isGood(refused));
});

test("two rules of one path have both to be through", () => {
  const both = [follows("told"), follows("asked", NEW, "POST /reload")];
  assert.equal(judgeWait(wait, both, nobody), null);
  assert.equal(judgeWait(wait, [follows("told"), follows("refused")], nobody)?.state, "refused");
});

test("unlike: any other content will do, but not none", () => {
  const other = { ...wait, is: "unlike", hash: OLD } as const;
  assert.equal(judgeWait(other, [follows("counts", OLD)], nobody), null);
  assert.equal(judgeWait(other, [follows("counts")], nobody)?.state, "counts");
  assert.equal(judgeWait(other, [{ ...follows("counts"), hash: null }], nobody), null);
});

test("what nobody follows is delivered when it is there", () => {
  assert.equal(
    judgeWait(wait, [], () => OLD),
    null,
  );
  assert.equal(judgeWait(wait, [], () => NEW)?.state, "delivered");
});

test("too late: whether it has not come, or has not counted", () => {
  assert.match(tooLate(wait, [follows("told", OLD)]).detail ?? "", /has not come/);
  assert.match(tooLate(wait, [follows("asked")]).detail ?? "", /not answered yet/);
  assert.equal(isGood(tooLate(wait, [])), false);
});
