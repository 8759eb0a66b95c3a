import assert from "node:assert/strict";
import { test } from "node:test";
import { EXPORTED } from "#policy/exported.js";
import { exportedFiles } from "#policy/forms/forms.js";
import { cases, rulesOf, verdictLine } from "./cases.js";
import { ask, workFolder, write } from "./engines.js";

interface Violation {
  readonly violatingObject: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
  };
  readonly constraint: { readonly kind: string };
}

test("Gatekeeper says of every example what its CEL says", () => {
  const folder = workFolder();
  const { files } = exportedFiles("gatekeeper", EXPORTED, {
    action: "deny",
    customResources: true,
  });
  for (const { name, text } of files) write(folder, `policy/${name}`, text);
  const all = cases();
  const objects = new Map(all.map(({ object }) => [keyOf(object), object]));
  for (const [i, object] of [...objects.values()].entries()) {
    write(folder, `objects/${i}.json`, JSON.stringify(object));
  }
  const args = ["test", "-f", "policy", "-f", "objects", "-o", "json"];
  const found = JSON.parse(ask("gator", args, { folder, codes: [0, 1] })) as Violation[];
  const said = new Map<string, string[]>();
  for (const { violatingObject, constraint } of found) {
    const key = keyOf(violatingObject as unknown as Record<string, unknown>);
    said.set(key, [...(said.get(key) ?? []), constraint.kind.replace("Hotpod", "")]);
  }
  const lines = all.map(({ name, object }) => verdictLine(name, said.get(keyOf(object)) ?? []));
  assert.deepEqual(
    lines,
    all.map((one) => verdictLine(one.name, rulesOf(one))),
  );
});

function keyOf(object: Record<string, unknown>): string {
  const { name, namespace } = object.metadata as { name: string; namespace: string };
  return `${object.apiVersion} ${object.kind} ${namespace}/${name}`;
}
