import assert from "node:assert/strict";
import { test } from "node:test";
import { changedValue } from "#manifest/edit/changed-value.js";

const value = { spec: { replicas: 1, containers: [{ name: "a" }, { name: "b" }] } };

test("sets, makes what is missing on the way, appends and removes; the value stays", () => {
  const before = structuredClone(value);
  const changed = changedValue(value, [
    { kind: "set", path: ["spec", "replicas"], value: 2 },
    { kind: "set", path: ["spec", "containers", 1, "probe", "period"], value: 5 },
    { kind: "append", path: ["spec", "volumes"], value: { name: "tmp" } },
    { kind: "append", path: ["spec", "containers"], value: { name: "c" } },
    { kind: "remove", path: ["spec", "containers", 0] },
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
  const remove = { kind: "remove", path: ["spec", "strategy", "type"] } as const;
  assert.deepEqual(changedValue(value, [remove]), value);
});
