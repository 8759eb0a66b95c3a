import assert from "node:assert/strict";
import { test } from "node:test";
import { changedValue } from "#rules/fix/changed-value.js";

const document = {
  file: "a.yaml",
  text: "",
  linesBefore: 0,
  value: null,
  format: "yaml",
} as const;
const value = { spec: { replicas: 1, containers: [{ name: "a" }, { name: "b" }] } };

test("sets, makes what is missing on the way, appends and removes; the value stays", () => {
  const before = structuredClone(value);
  const changed = changedValue(value, [
    { kind: "set", document, path: ["spec", "replicas"], value: 2 },
    { kind: "set", document, path: ["spec", "containers", 1, "probe", "period"], value: 5 },
    { kind: "append", document, path: ["spec", "volumes"], value: { name: "tmp" } },
    { kind: "append", document, path: ["spec", "containers"], value: { name: "c" } },
    { kind: "remove", document, path: ["spec", "containers", 0] },
  ]);
  assert.deepEqual(changed, {
    spec: {
      replicas: 2,
      containers: [{ name: "b", probe: { period: 5 } }, { name: "c" }],
      volumes: [{ name: "tmp" }],
    },
  });
  assert.deepEqual(value, before);
});

test("removing what is not there makes nothing", () => {
  const remove = { kind: "remove", document, path: ["spec", "strategy", "type"] } as const;
  assert.deepEqual(changedValue(value, [remove]), value);
});
