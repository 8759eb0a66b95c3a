/** What every scenario has to be, so that a reader and the judge can rely on it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { SETTING_KEYS } from "#config/setting-table.js";
import { SCENARIOS } from "#lab/catalogue.js";
import type { Prediction } from "#lab/judge/prediction.js";
import { NEED_NAMES } from "#lab/need.js";
import type { Scenario } from "#lab/scenario.js";
import { selectScenarios } from "#lab/select.js";
import { RULES } from "#rules/catalogue.js";

test("every file of a scenario is in the catalogue, in order, under its own number", () => {
  const files = readdirSync("src/lab", { recursive: true, encoding: "utf8" }).flatMap(
    (path) => /^chapter-(\d)\/l(\d{3})-/.exec(path)?.slice(1) ?? [],
  );
  const numbers = files.filter((_, index) => index % 2 === 1).sort();
  assert.deepEqual(
    SCENARIOS.map(({ id }) => id.slice(1)),
    numbers,
  );
  for (const { id, chapter } of SCENARIOS) assert.equal(id[1], `${chapter}`);
});

test("the quick set fits into two minutes by its budgets", () => {
  const quick = selectScenarios(SCENARIOS, [], "quick");
  assert.ok(quick.ok && quick.value.length > 0);
  const seconds = quick.value.reduce((sum, one) => sum + one.budgetSeconds, 0);
  assert.ok(seconds <= 120, `${seconds} s`);
});

for (const scenario of SCENARIOS) {
  test(`${scenario.id} says all that there is to say`, () => {
    const { arms, correction, verdicts, advice, byHand, claim } = scenario;
    assert.ok(claim.length > 20 && advice.length > 0 && byHand.trim() !== "");
    assert.ok(scenario.rules.length > 0, "no rule of hotpod check is named");
    assert.ok(arms.some(({ side }) => side === "before"));
    assert.ok(arms.some(({ side }) => side === "after"));
    assert.equal(new Set(arms.map(({ name }) => name)).size, arms.length);
    const others = verdicts.some(({ verdict }) => verdict !== "confirmed");
    assert.ok(!others || correction !== null, "a verdict that needs a correction has none");
    for (const arm of arms) assert.ok(arm.predictions.length > 0, `${arm.name} predicts nothing`);
    for (const need of [...scenario.needs, ...arms.flatMap(({ needs }) => needs)]) {
      assert.ok(NEED_NAMES.includes(need));
    }
  });

  test(`${scenario.id} names measures, arms, rules and settings that exist`, () => {
    const known = new Set(Object.keys(scenario.measures));
    for (const arm of scenario.arms) {
      for (const one of arm.predictions) {
        for (const name of namesOf(one)) assert.ok(known.has(name), `${arm.name}: ${name}`);
      }
    }
    const across = [...scenario.predictions, ...scenario.verdicts.flatMap(({ when }) => when)];
    for (const one of across) for (const name of namesOf(one)) assertArmMeasure(scenario, name);
    assertArmMeasure(scenario, scenario.headline.before);
    assertArmMeasure(scenario, scenario.headline.after);
    for (const rule of scenario.rules)
      assert.ok(
        RULES.some(({ id }) => id === rule),
        rule,
      );
    for (const setting of scenario.settings) {
      assert.ok((SETTING_KEYS as readonly string[]).includes(setting), setting);
    }
  });

  test(`${scenario.id} uses every measure it declares`, () => {
    const folder = `src/lab/chapter-${scenario.chapter}`;
    const file = readdirSync(folder).find((name) =>
      name.startsWith(`${scenario.id.toLowerCase()}-`),
    );
    const text = withArms(`${folder}/${file}`);
    for (const key of Object.keys(scenario.measures)) {
      assert.ok(text.includes(`"${key}"`) || text.includes(`, key`), `${key} is never taken`);
    }
  });
}

/** The text of a scenario, with that of the files beside and below it in which its arms stand. */
function withArms(path: string): string {
  const own = readFileSync(path, "utf8");
  const beside = [...own.matchAll(/from "(\.|#lab\/outage)\/(.+)\.js"/g)].map(([, from, name]) =>
    withArms(join(from === "." ? dirname(path) : "src/lab/outage", `${name}.ts`)),
  );
  return [own, ...beside].join("\n");
}

function namesOf({ measure, is }: Prediction): readonly string[] {
  if (is.op === "matches" || typeof is.to !== "object") return [measure];
  return [measure, is.to.measure];
}

function assertArmMeasure(scenario: Scenario, name: string): void {
  const [arm, key = ""] = name.split(".");
  assert.ok(
    scenario.arms.some((one) => one.name === arm),
    `${scenario.id}: no arm ${arm}`,
  );
  assert.ok(key in scenario.measures, `${scenario.id}: no measure ${key}`);
}
