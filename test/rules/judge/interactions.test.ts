import assert from "node:assert/strict";
import { test } from "node:test";
import { silencedBy } from "#rules/judge/interactions.js";
import type { Judged } from "#rules/judge/judge.js";
import { finding } from "./judged.js";

const silenced = (...findings: readonly Judged[]): string[] =>
  [...silencedBy(findings)].map(([{ rule }, by]) => `${rule.id} by ${by}`);

test("an errored probe silences the timing of that probe, and of no other", () => {
  const liveness = ["spec", "containers", 0, "livenessProbe", "httpGet", "port"];
  const readiness = ["spec", "containers", 0, "readinessProbe"];
  assert.deepEqual(
    silenced(
      finding("HP803", "api", liveness),
      finding("HP201", "api", liveness.slice(0, 4)),
      finding("HP206", "api", readiness),
      finding("HP201", "web", liveness.slice(0, 4)),
    ),
    ["HP201 by HP803"],
  );
});

test("only a certain kill by a swap makes the weaker findings say nothing new", () => {
  const weaker = [finding("HP204", "api"), finding("HP1005", "api"), finding("HP205", "api")];
  assert.deepEqual(silenced(finding("HP203", "api", [], { certainty: "certain" }), ...weaker), [
    "HP204 by HP203",
    "HP1005 by HP203",
  ]);
  assert.deepEqual(silenced(finding("HP203", "api"), ...weaker), []);
});

test("what is silenced silences nothing itself", () => {
  const all = [finding("HP1101", "api"), finding("HP203", "api", [], { certainty: "certain" })];
  assert.deepEqual(silenced(...all, finding("HP1005", "api")), ["HP1005 by HP203"]);
  const chain = [finding("HP502", "api"), finding("HP503", "api"), finding("HP101", "api")];
  assert.deepEqual(silenced(...chain), ["HP503 by HP502", "HP101 by HP502"]);
});

test("one of a workload's containers speaks for the workload where the rule is about it", () => {
  assert.deepEqual(silenced(finding("HP205", "api"), finding("HP906", null)), ["HP906 by HP205"]);
});
