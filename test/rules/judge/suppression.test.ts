import assert from "node:assert/strict";
import { test } from "node:test";
import { dayNumber } from "#base/day-number.js";
import { commentFor, concerns, type Suppression, whyNot } from "#rules/judge/suppression.js";
import type { Rule } from "#rules/rule/rule.js";
import { finding } from "./judged.js";

const TODAY = "2026-11-27";
const said: Suppression = {
  rule: "HP204",
  reason: "one user, one tab",
  class: null,
  until: null,
  container: null,
  by: "annotation",
  at: { kind: "said", by: "test" },
  target: { kind: "Deployment", namespace: "web", name: "shop" },
};

test("it is for a rule, an object and, if it says so, a container", () => {
  assert.ok(concerns(said, finding("HP204", "api")));
  assert.ok(!concerns(said, finding("HP203", "api")));
  assert.ok(!concerns({ ...said, container: "web" }, finding("HP204", "api")));
  const other = { kind: null, namespace: "prod", name: "shop" };
  assert.ok(!concerns({ ...said, target: other }, finding("HP204", "api")));
  assert.ok(concerns({ ...said, target: { ...other, namespace: null } }, finding("HP204", "api")));
  assert.ok(concerns({ ...said, target: null }, finding("HP204", "api")));
});

test("it needs a reason, a class that exists and a day that has not passed", () => {
  const why = (change: Partial<Suppression>) =>
    whyNot({ ...said, ...change }, { finding: null, today: TODAY, profile: "prod" });
  assert.equal(why({}), null);
  assert.match(why({ reason: "x" }) ?? "", /too short/);
  assert.match(why({ class: "whatever" }) ?? "", /accepted-risk, false-positive/);
  assert.match(why({ until: "2026-11-26" }) ?? "", /ended on 2026-11-26/);
  assert.equal(why({ until: "2026-11-27" }), null);
  assert.match(why({ until: "2026-02-30" }) ?? "", /no date/);
});

test("an error that keeps pods from running needs a class and a day not too far away", () => {
  const one = finding("HP204", "api");
  const grave = { ...one, rule: { ...one.rule, reason: "A" } as Rule };
  const why = (change: Partial<Suppression>, profile: "dev" | "prod" = "prod") =>
    whyNot({ ...said, ...change }, { finding: grave, today: TODAY, profile });
  assert.equal(why({}, "dev"), null);
  assert.match(why({}) ?? "", /class= and until=/);
  const until = "2027-05-26";
  assert.equal(why({ class: "accepted-risk", until }), null);
  assert.match(why({ class: "accepted-risk", until: "2027-05-27" }) ?? "", /180 days/);
});

test("a comment names one rule, and says what an annotation says", () => {
  const at = said.at;
  const comment = commentFor(
    "  x: 1 # hotpod:ignore HP402 the image's shell is bash; class=false-positive",
    "HP402",
    at,
  );
  assert.deepEqual(
    [comment?.reason, comment?.class],
    ["the image's shell is bash", "false-positive"],
  );
  assert.equal(commentFor("# hotpod:ignore HP402 a good reason", "HP401", at), null);
  assert.equal(commentFor("# hotpod:ignore HP4* a good reason", "HP402", at), null);
});

test("days are counted as the calendar does", () => {
  const between = (a: string, b: string) => (dayNumber(b) ?? 0) - (dayNumber(a) ?? 0);
  for (const [a, b] of [
    ["2026-11-27", "2027-05-26"],
    ["2024-02-28", "2024-03-01"],
    ["1999-12-31", "2000-03-01"],
    ["2100-02-28", "2100-03-01"],
  ] as const) {
    assert.equal(between(a, b), (Date.parse(b) - Date.parse(a)) / 86_400_000, `${a} ${b}`);
  }
  assert.deepEqual(["2026-13-01", "2026-00-10", "2025-02-29", "x"].map(dayNumber), [
    null,
    null,
    null,
    null,
  ]);
});
