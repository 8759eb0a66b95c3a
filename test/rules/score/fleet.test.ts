/** Who comes first, and why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { medianOf, scoreReportOf } from "#cli/score/score-report-of.js";
import { exposureOf } from "#rules/score/fleet/exposure.js";
import { listOf, planFleet } from "#rules/score/fleet/plan-fleet.js";
import { wantingOf } from "#rules/score/fleet/wanting.js";
import { orders } from "./orders.js";
import { exampleInputs, scoredWith } from "./scored-inputs.js";

const [input] = exampleInputs();
assert.ok(input !== undefined);
const options = { ...input.options, timing: ["coldStart=9", "gap=1.2", "stopTime=3"] };

const scored = (text: string) => scoredWith({ options }, [{ kind: "manifest", file: "-", text }]);

const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  rules:
    - host: shop.example.org
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: orders, port: { number: 80 } } } }] }
`;

test("exposure: more from outside, more with replicas", () => {
  const exposure = (text: string): number => {
    const [score] = scored(text).scores;
    assert.ok(score !== undefined);
    return exposureOf(score.workload);
  };
  assert.equal(exposure(orders()), 1);
  assert.equal(exposure(orders() + INGRESS), 1.5);
  assert.equal(exposure(orders() + INGRESS.replace("name: orders", "name: other")), 1);
  const balanced = orders().replace(
    "  ports: [{ port: 80",
    "  type: LoadBalancer\n  ports: [{ port: 80",
  );
  assert.equal(exposure(balanced), 1.5);
  assert.equal(exposure(balanced + INGRESS), 1.5);
  assert.equal(exposure(orders().replace("replicas: 1", "replicas: 8")), 1.75);
  assert.equal(exposure(orders().replace("replicas: 1", "replicas: 0")), 1);
});

test("a list for every total, range and coverage", () => {
  const list = (total: number, least: number, most: number, coverage: number): string =>
    listOf({ total, range: [least, most], coverage });
  assert.equal(list(59, 40, 80, 0.6), "fix first");
  assert.equal(list(59, 40, 80, 0.59), "measure first");
  assert.equal(list(59, 40, 59, 0.2), "fix first");
  assert.equal(list(60, 59, 80, 1), "measure first");
  assert.equal(list(60, 60, 80, 0.6), "fine");
  assert.equal(list(90, 60, 95, 0.59), "measure first");
});

test("the order of the first list is its formula's, ties by name", () => {
  const heavier = orders({ name: "busy" }).replace("replicas: 1", "replicas: 16");
  const text = [orders({ name: "b" }), orders({ name: "a" }), heavier].join("---\n");
  const loaded = scored(text);
  const report = scoreReportOf(loaded, null);
  assert.deepEqual(
    report.services.map(({ name, list }) => [name, list]),
    ["busy", "a", "b"].map((name) => [name, "fix first"]),
  );
  for (const { total, priority, steps } of report.services) {
    assert.ok(priority !== null);
    const { value, certain, exposure, effort } = priority;
    assert.equal(
      effort,
      steps.reduce((sum, step) => sum + step.effort, 1),
    );
    assert.ok(Math.abs(value - ((60 - total + 5 * certain) * exposure) / effort) < 0.02);
  }
  assert.deepEqual(planFleet(loaded.scores, loaded.context).map(({ list }) => list).length, 3);
});

test("what is missing is named by what would close most, and its points are those of the range", () => {
  const [score] = scored(orders()).scores;
  assert.ok(score !== undefined);
  const wanting = wantingOf(score);
  const [first, second] = wanting;
  assert.ok(first !== undefined && second !== undefined && first.points >= second.points);
  assert.match(first.say, /dockerfile/);
  const all = wanting.reduce((sum, { points }) => sum + points, 0);
  assert.ok(all <= score.bare.most - score.bare.least + 1e-9, `${all} of ${score.range}`);
  const measured = scoredWith(
    { options: { ...options, timing: [...options.timing, "rss=120Mi", "buildRss=400Mi"] } },
    [{ kind: "manifest", file: "-", text: orders() }],
  ).scores[0];
  assert.ok(measured !== undefined);
  const timings = (of: typeof wanting): number =>
    of.find(({ say }) => say.startsWith("--timings"))?.points ?? 0;
  assert.ok(timings(wantingOf(measured)) < timings(wanting));
});

test("the median of an even number is a score somebody has", () => {
  assert.deepEqual([[], [7], [9, 1], [3, 1, 2], [4, 1, 3, 2]].map(medianOf), [null, 7, 1, 2, 2]);
});
