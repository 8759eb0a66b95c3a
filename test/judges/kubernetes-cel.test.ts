import assert from "node:assert/strict";
import { test } from "node:test";
import { celPolicy } from "#policy/cel-policy.js";
import { EXPORTED, needsInventory } from "#policy/exported.js";
import { VARIABLES } from "#policy/variables.js";
import { asksAbout } from "#test/policy/differences.js";
import { cases } from "./cases.js";
import { ask } from "./engines.js";

test("the API server's own CEL says of every example what ours says, and meets no error", () => {
  const exported = EXPORTED.filter((one) => !needsInventory(one));
  const all = cases();
  const objects = all.map((one) => ({
    object: one.object,
    asks: exported.filter(({ condition }) => asksAbout(condition, one)).map(({ rule }) => rule.id),
  }));
  const question = {
    variables: VARIABLES.map(({ name, cel }) => ({ name, expression: cel })),
    conditions: exported.map(({ condition, rule }) => ({
      name: rule.id,
      expression: celPolicy(condition, rule).expression,
    })),
    objects,
  };
  const text = ask("k8scel", [], { input: JSON.stringify(question) });
  const answers = JSON.parse(text) as Record<string, unknown>[];
  const differences = all.flatMap(({ name, fires }, i) =>
    Object.entries(answers[i] ?? {}).flatMap(([rule, passes]) =>
      passes === !(rule in fires) ? [] : [`${name} ${rule}: ${JSON.stringify(passes)}`],
    ),
  );
  assert.deepEqual(differences, []);
  assert.ok(answers.some((one) => Object.values(one).includes(false)));
});
