import assert from "node:assert/strict";
import { test } from "node:test";
import { writeYaml } from "#manifest/text/write-yaml.js";
import { celPolicy, isCustom } from "#policy/cel-policy.js";
import { EXPORTED, needsInventory } from "#policy/exported.js";
import { exportedFiles, type Form } from "#policy/forms/forms.js";
import { asksAbout } from "#test/policy/differences.js";
import { type Case, cases } from "./cases.js";
import { ask, workFolder, write } from "./engines.js";

const folder = workFolder();
const all = cases();

/** Kyverno takes some 30 ms for each policy and object, so each policy is asked about its own rule's examples and a few others. */
const OTHERS = 1;

for (const form of ["kyverno", "admission-policy"] as const) {
  for (const one of EXPORTED.filter((each) => !needsInventory(each))) {
    const { rule, condition } = one;
    // Without a cluster Kyverno does not know the resources of kinds that are not Kubernetes' own.
    if (form === "admission-policy" && celPolicy(condition, rule).kinds.every(isCustom)) continue;
    test(`${form} ${rule.id}: Kyverno says of its examples what its CEL says`, () => {
      const { files } = exportedFiles(form, [one], { action: "deny", customResources: true });
      const policy = write(folder, `${form}/${rule.id}.yaml`, files[0]?.text ?? "");
      const asked = all.filter((each) => asksAbout(condition, each));
      const own = asked.filter(({ name }) => name.startsWith(`${rule.id}/`));
      const firing = asked.filter(({ fires }) => rule.id in fires).slice(0, OTHERS);
      const some = [...new Set([...own, ...firing, ...asked.slice(0, OTHERS)])];
      const failed = failures(form, policy, some);
      const wanted = some.map(
        ({ name, fires }) => `${name} ${rule.id in fires ? "fails" : "passes"}`,
      );
      const said = some.map(
        (each) => `${each.name} ${failed.has(keyOf(each.object)) ? "fails" : "passes"}`,
      );
      assert.deepEqual(said, wanted);
      assert.ok(wanted.some((line) => line.endsWith("fails")));
    });
  }
}

interface Report {
  readonly results?: readonly {
    readonly result: string;
    readonly resources: readonly {
      readonly kind: string;
      readonly name: string;
      readonly namespace: string;
    }[];
  }[];
}

/** Keys of the objects that the policy fails. Every object must have got a verdict. */
function failures(form: Form, policy: string, some: readonly Case[]): ReadonlySet<string> {
  const objects = write(
    folder,
    `${form}/objects.yaml`,
    some.map(({ object }) => writeYaml(object)).join("---\n"),
  );
  const args = [
    "apply",
    policy,
    "--resource",
    objects,
    "-p",
    "--output-format",
    "json",
    "--remove-color",
  ];
  const text = ask("kyverno", args, { folder, codes: [0, 1] });
  const report = JSON.parse(text.slice(text.indexOf("{"))) as Report;
  const results = report.results ?? [];
  const keys = (wanted: string): string[] =>
    results
      .filter(({ result }) => result === wanted)
      .flatMap(({ resources }) =>
        resources.map(({ kind, name, namespace }) => `${kind} ${namespace}/${name}`),
      );
  const failed = new Set(keys("fail"));
  const judged = new Set([...failed, ...keys("pass")]);
  for (const { name, object } of some)
    assert.ok(judged.has(keyOf(object)), `${name} got no verdict`);
  return failed;
}

function keyOf(object: Record<string, unknown>): string {
  const { name, namespace } = object.metadata as { name: string; namespace: string };
  return `${object.kind} ${namespace}/${name}`;
}
