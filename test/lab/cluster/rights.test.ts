import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { namespaceFate, UNTIL_ANNOTATION } from "#lab/cluster/namespace-fate.js";
import { LAB_LABEL, missingRights, PREPARED, RIGHTS, rightsText } from "#lab/cluster/rights.js";

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly rules?: Parameters<typeof missingRights>[0];
}

const manifestsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).map((one) => one.toJS() as Manifest);

test("what --rbac prints gives all that is needed", () => {
  for (const namespace of [null, "team-lab"]) {
    const manifests = manifestsOf(rightsText(namespace));
    const rules = manifests.flatMap((one) => one.rules ?? []);
    assert.deepEqual(missingRights(rules), []);
    const resources = rules.flatMap((rule) => rule.resources ?? []);
    assert.deepEqual(
      resources.filter((one) => !RIGHTS.some(({ resource }) => resource === one)),
      namespace === null ? ["namespaces", "nodes"] : ["namespaces"],
    );
  }
});

test("a prepared namespace is one that the lab uses, and the rights are in it alone", () => {
  const [namespace, ...others] = manifestsOf(rightsText("team-lab"));
  assert.equal(namespace?.metadata.name, "team-lab");
  const fate = namespaceFate(namespace ?? null, "2026-01-01T00:00:00.000Z");
  assert.deepEqual(fate, { kind: "use" });
  assert.deepEqual(
    others.map(({ kind }) => kind),
    ["Role", "RoleBinding"],
  );
});

const all = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
const rows: readonly (readonly [
  about: string,
  rules: Parameters<typeof missingRights>[0],
  missing: RegExp,
])[] = [
  ["everything", [all], /^$/],
  ["nothing", [], /^create pods,.*get pods\/log,.*list events,.*watch endpointslices$/],
  ["another group", [{ ...all, apiGroups: ["apps"] }], /create pods/],
  [
    "looking only",
    [{ ...all, verbs: ["get", "list", "watch"] }],
    /^create pods,delete pods,create/,
  ],
  [
    "no logs",
    [
      {
        ...all,
        resources: RIGHTS.map(({ resource }) => resource).filter((one) => one !== "pods/log"),
      },
    ],
    /^get pods\/log$/,
  ],
  [
    "the core group only",
    [{ ...all, apiGroups: [""] }],
    /^list endpointslices,watch endpointslices$/,
  ],
];

for (const [about, rules, missing] of rows) {
  test(`rights to ${about}`, () => assert.match(missingRights(rules).join(), missing));
}

const NOW = "2026-01-02T03:04:05.000Z";
const namespace = (fields: object) => ({ metadata: fields });

test("whose a namespace is, and what becomes of it", () => {
  const marked = (until?: string) =>
    namespace({
      labels: { [LAB_LABEL]: "0123abcd" },
      ...(until === undefined ? {} : { annotations: { [UNTIL_ANNOTATION]: until } }),
    });
  assert.deepEqual(namespaceFate(null, NOW), { kind: "make" });
  assert.deepEqual(namespaceFate(namespace({}), NOW), { kind: "foreign" });
  assert.deepEqual(namespaceFate(namespace({ labels: { app: "shop" } }), NOW), { kind: "foreign" });
  assert.deepEqual(namespaceFate(marked(), NOW), { kind: "foreign" });
  const prepared = namespace({ labels: { [LAB_LABEL]: PREPARED } });
  assert.deepEqual(namespaceFate(prepared, NOW), { kind: "use" });
  assert.deepEqual(namespaceFate(marked("2026-01-02T03:04:04.000Z"), NOW), { kind: "replace" });
  const until = "2026-01-02T03:04:06.000Z";
  assert.deepEqual(namespaceFate(marked(until), NOW), { kind: "busy", until });
  const ends = namespace({ ...prepared.metadata, deletionTimestamp: NOW });
  assert.deepEqual(namespaceFate(ends, NOW), { kind: "ends" });
});
