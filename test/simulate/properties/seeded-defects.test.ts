import assert from "node:assert/strict";
import { test } from "node:test";
import type { Defect } from "#simulate/properties/defects/defect.js";
import { seededDefects } from "#simulate/properties/defects/seeded-defects.js";
import { examineCase } from "#simulate/properties/examine-case.js";

/** A defect that so many lives do not show would go unnoticed. */
const CASES_MAX = 10_000;

/** What the list has to hold, whatever else it holds. */
const DEMANDED = [
  ...["promote-unready", "run-reset-by-restart", "ticks-reanchored-by-restart"],
  ...["kill-before-prestop", "read-once", "plan-the-stop-1s-too-long", "no-back-off"],
  ...["no-initial-delay", "no-startup-gate", "two-builds", "skip-kill-at-grace", "init-backwards"],
];

test("the list holds the defects that were thought of first, each once", () => {
  const names = seededDefects.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    DEMANDED.filter((name) => !names.includes(name)),
    [],
  );
});

for (const defect of seededDefects) {
  test(`it is noticed when ${defect.says} (${defect.name})`, () => {
    const [seed, rules] = firstFound(defect);
    assert.ok(rules !== null, `${CASES_MAX} lives did not show it`);
    const expected = defect.breaks.some((rule) => rules.includes(rule));
    assert.ok(expected, `seed ${seed} broke ${rules.join()} instead of ${defect.breaks.join()}`);
  });
}

function firstFound(defect: Defect): [number, string[] | null] {
  const subject = { name: "hotpod", reload: "hotpod", defect } as const;
  for (let seed = 1; seed <= CASES_MAX; seed++) {
    const violations = examineCase(seed, subject);
    if (violations.length > 0) return [seed, violations.map(({ watches }) => watches)];
  }
  return [CASES_MAX, null];
}
