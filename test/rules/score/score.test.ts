import assert from "node:assert/strict";
import { test } from "node:test";
import { scoresOf } from "#cli/score/load-scores.js";
import { readScoreOptions } from "#cli/score/score-options.js";
import { ramp } from "#rules/score/groups/answer.js";
import { gapPoints } from "#rules/score/groups/swap-groups.js";
import { INDICATORS } from "#rules/score/indicators/indicators.js";
import type { WorkloadScore } from "#rules/score/score-workload.js";
import { orders } from "./orders.js";

const TIMINGS = ["coldStart=9", "gap=1.2", "stopTime=3", "rss=120Mi", "buildRss=400Mi"];

function score(text: string, timings: readonly string[] = TIMINGS): WorkloadScore {
  const flags = timings.flatMap((one) => ["--timing", one]);
  const options = readScoreOptions(["-", ...flags]);
  const { scores } = scoresOf(options, [{ kind: "manifest", file: "-", text }], () => null);
  const [scored] = scores;
  assert.ok(scored !== undefined);
  return scored;
}

const of = (scored: ReturnType<typeof score>, id: string): number | null =>
  scored.indicators.find((one) => one.id === id)?.score ?? null;

test("weights and points are whole", () => {
  assert.equal(INDICATORS.length, 19);
  assert.equal(
    INDICATORS.reduce((sum, { weight }) => sum + weight, 0),
    100,
  );
  for (const { id, groups } of INDICATORS) {
    assert.equal(
      groups.reduce((sum, { points }) => sum + points, 0),
      100,
      id,
    );
  }
});

test("the measured parts of a service under air", () => {
  const scored = score(orders());
  // The start of 9 s against the earliest kill after 19 s, the gap of 1.2 s against 10 s, liveness before readiness.
  assert.equal(of(scored, "M05"), 100);
  assert.equal(of(scored, "M06"), 80);
  assert.equal(of(scored, "M09"), 60);
  assert.equal(of(scored, "M10"), 58.75);
});

test("an error that keeps pods from running caps the score, and the range holds it", () => {
  // A shell that cannot run the file answers 126, which counts; by itself it only tests the new file.
  const liveness = 'exec: { command: [sh, -c, "./tmp/main -health"] }';
  const capped = score(orders({ liveness }));
  assert.deepEqual(capped.cap, { at: 59, rule: "HP101" });
  assert.deepEqual(score(orders()).cap, { at: 69, rule: "HP1101" });
  assert.ok(capped.total <= 59);
  for (const { total, range } of [capped, score(orders(), [])]) {
    assert.ok(range[0] <= total && total <= range[1], `${range} ${total}`);
  }
});

test("hotpod and a probe of the process lift it, and less that is known widens the range", () => {
  // The gap was another tool's.
  const timings = TIMINGS.filter((one) => !one.startsWith("gap="));
  const better = score(
    orders({ command: "[hotpod, run]", liveness: "httpGet: { path: /livez, port: 9247 }" }),
    timings,
  );
  const under = score(orders());
  assert.ok(better.total > under.total + 10, `${better.total} and ${under.total}`);
  assert.deepEqual([of(better, "M07"), of(better, "M10")], [100, 100]);
  const blind = score(orders(), []);
  assert.ok(blind.coverage < under.coverage);
  assert.ok(blind.range[1] - blind.range[0] > under.range[1] - under.range[0]);
});

test("what is not updated while it runs has no score", () => {
  const text = orders({ command: "[./orders]" });
  const options = readScoreOptions(["-"]);
  const { scores } = scoresOf(options, [{ kind: "manifest", file: "-", text }], () => null);
  assert.deepEqual(scores, []);
});

test("points of a gap lie on the line, and fall", () => {
  assert.deepEqual([0, 0.1, 1, 5, 30, 60, 90].map(gapPoints), [100, 85, 60, 35, 10, 0, 0]);
  assert.equal(gapPoints(1.2), 58.75);
  assert.deepEqual([ramp(0, 1, 2), ramp(1.5, 1, 2), ramp(9, 1, 2)], [0, 0.5, 1]);
});
