/** What every scenario in a cluster has to be, so that a reader and the judge can rely on it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { SCENARIOS } from "#lab/catalogue.js";
import { BESIDE_MEASURES } from "#lab/cluster/beside-model.js";
import { CLUSTER_SCENARIOS } from "#lab/cluster/catalogue.js";
import type { ClusterScenario } from "#lab/cluster/cluster-scenario.js";
import type { Prediction } from "#lab/judge/prediction.js";

const FOLDER = "src/lab/cluster/pods";

const namesOf = ({ measure, is }: Prediction): readonly string[] =>
  is.op === "matches" || typeof is.to !== "object" ? [measure] : [measure, is.to.measure];

const filesOfPods = (): readonly string[] => readdirSync(FOLDER, { recursive: true }).map(String);

function sourceOf({ id }: ClusterScenario): string {
  const file = filesOfPods().find((name) => name.includes(`/${id.toLowerCase()}-`));
  return readFileSync(`${FOLDER}/${file}`, "utf8");
}

test("each belongs to a scenario, in order, and every file is in the catalogue", () => {
  const files = filesOfPods().flatMap((name) => /\/l(\d{3})-/.exec(name)?.[1] ?? []);
  assert.deepEqual(
    CLUSTER_SCENARIOS.map(({ id }) => id.slice(1)),
    files.sort(),
  );
  for (const { id } of CLUSTER_SCENARIOS)
    assert.ok(
      SCENARIOS.some((one) => one.id === id),
      id,
    );
});

for (const pods of CLUSTER_SCENARIOS) {
  test(`${pods.id} names arms and measures that exist, and no arm twice`, () => {
    const local = SCENARIOS.find(({ id }) => id === pods.id)?.arms.map(({ name }) => name) ?? [];
    const names = pods.arms.map(({ name }) => name);
    assert.equal(new Set([...local, ...names]).size, local.length + names.length);
    for (const { name, predictions } of pods.arms) {
      assert.ok(predictions.length > 0, `${name} predicts nothing`);
      for (const one of predictions.flatMap(namesOf)) assert.ok(one in pods.measures, one);
    }
    const across = pods.verdicts.flatMap(({ when }) => when).flatMap(namesOf);
    for (const full of [...across, pods.headline.measure]) {
      const [arm = "", key = ""] = full.split(".");
      assert.ok(names.includes(arm), full);
      assert.ok(key in pods.measures, full);
    }
  });

  test(`${pods.id} takes every measure it declares`, () => {
    const source = sourceOf(pods);
    for (const key of Object.keys(pods.measures)) {
      if (key in BESIDE_MEASURES) continue;
      assert.match(source, new RegExp(`\\(\\s*"${key}"`), `${key} is never taken`);
    }
  });

  test(`${pods.id} can give its pods names that the API takes`, () => {
    for (const { name } of pods.arms) {
      assert.match(
        `${pods.id}-${name}-0123abcd-12-3`.toLowerCase(),
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])$/,
      );
    }
  });
}
