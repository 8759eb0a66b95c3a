import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  CONFIG_MAP_BYTES_MAX,
  type ConfigMapObject,
  changeConfigMap,
  ownerOf,
  problemOf,
  sizeOf,
  type Value,
  valuesOf,
} from "#push/config-change.js";

const text = (value: string): Value => ({ kind: "text", text: value });
const binary = (base64: string): Value => ({ kind: "binary", base64 });

const before: ConfigMapObject = {
  metadata: { name: "shop", namespace: "web", resourceVersion: "7" },
  data: { limits: "one", title: "Shop" },
  binaryData: { logo: "AAEC" },
};

test("keys that are given replace what is there, the others stay", () => {
  const given = new Map([
    ["limits", text("two")],
    ["added", text("new")],
    ["title", text("Shop")],
  ]);
  const change = changeConfigMap(before, given, false);
  const { added, changed, removed, same } = change;
  assert.deepEqual(
    { added, changed, removed, same },
    {
      added: ["added"],
      changed: ["limits"],
      removed: [],
      same: ["logo", "title"],
    },
  );
  assert.deepEqual(change.replacement, {
    ...before,
    data: { added: "new", limits: "two", title: "Shop" },
  });
});

test("with prune only what is given is left", () => {
  const change = changeConfigMap(before, new Map([["limits", text("one")]]), true);
  assert.deepEqual(change.removed, ["logo", "title"]);
  assert.deepEqual(change.replacement?.data, { limits: "one" });
  assert.deepEqual(change.replacement?.binaryData, {});
});

test("a key is text or binary, never both", () => {
  const change = changeConfigMap(before, new Map([["logo", text("svg")]]), false);
  assert.equal(change.replacement?.data?.logo, "svg");
  assert.deepEqual(change.replacement?.binaryData, {});
});

test("what it holds already is no update, even of an immutable one", () => {
  const frozen = { ...before, immutable: true };
  const same = changeConfigMap(frozen, new Map([["logo", binary("AAEC")]]), false);
  assert.equal(same.replacement, null);
  assert.equal(problemOf(frozen, same), null);
  const other = changeConfigMap(frozen, new Map([["logo", binary("AAED")]]), false);
  assert.deepEqual(problemOf(frozen, other), { kind: "immutable" });
});

test("the API server's limit counts bytes of keys and values", () => {
  const sized = (bytes: number) => {
    const change = changeConfigMap(before, new Map([["k", text("ä".repeat(bytes / 2))]]), true);
    return problemOf(before, change);
  };
  assert.equal(sized(CONFIG_MAP_BYTES_MAX - 2), null);
  assert.deepEqual(sized(CONFIG_MAP_BYTES_MAX), { kind: "too-large", bytes: 1_048_577 });
});

test("a size is that of the bytes, whatever they are", () => {
  const property = fc.property(fc.string({ unit: "binary" }), fc.uint8Array(), (string, bytes) => {
    assert.equal(sizeOf(text(string)), Buffer.byteLength(string));
    assert.equal(sizeOf(binary(Buffer.from(bytes).toString("base64"))), bytes.length);
  });
  fc.assert(property, { seed: 5 });
});

test("afterwards it holds exactly what the change says", () => {
  const values = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("x", "y"));
  fc.assert(
    fc.property(values, values, fc.boolean(), (held, given, prune) => {
      const object = { metadata: before.metadata, data: held };
      const added = new Map(Object.entries(given).map(([key, one]) => [key, text(one)]));
      const change = changeConfigMap(object, added, prune);
      const after = valuesOf(change.replacement ?? object);
      assert.deepEqual([...after], [...change.after]);
      for (const key of change.removed) assert.ok(!after.has(key));
      assert.equal(
        change.replacement === null,
        change.same.length === after.size && change.removed.length === 0,
      );
    }),
    { seed: 5 },
  );
});

test("who manages it is told", () => {
  assert.equal(ownerOf(before), null);
  const labels = { "app.kubernetes.io/managed-by": "Helm" };
  assert.equal(ownerOf({ ...before, metadata: { ...before.metadata, labels } }), "Helm");
});
