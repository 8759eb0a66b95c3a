import assert from "node:assert/strict";
import { test } from "node:test";
import { claimNamespace } from "#lab/cluster/claim-namespace.js";
import { LAB_LABEL, PREPARED } from "#lab/cluster/rights.js";
import { FORBIDDEN, falseAccess } from "./false-access.js";

const asked = { name: "lab", run: "0123abcd", lifeSeconds: 30 };
const marked = (value: string, until: string | null = null) => ({
  metadata: {
    labels: { [LAB_LABEL]: value },
    annotations: until === null ? {} : { "hotpod.dev/lab-until": until },
  },
});
const SWEEP = "remove pods,configmaps,services hotpod.dev/lab=0123abcd in lab grace 1";

test("a namespace that is not there is made, with label, profile and end, guarded, and deleted", async () => {
  const { access, calls } = falseAccess({ namespaces: {} });
  const claimed = await claimNamespace(access, asked);
  assert.ok(claimed.ok);
  assert.match(calls[0] ?? "", /^create Namespace lab .*"hotpod.dev\/lab":"0123abcd"/);
  assert.match(calls[0] ?? "", /"pod-security.kubernetes.io\/enforce":"restricted"/);
  assert.match(calls[0] ?? "", /"hotpod.dev\/lab-until":"2026-01-02T03:04:30.000Z"/);
  assert.deepEqual(calls.slice(1), ["guard lab null"]);
  assert.deepEqual(await claimed.value.remove(), []);
  assert.deepEqual(calls.slice(2), [SWEEP, "remove namespace lab", "release"]);
});

test("one that was prepared is used and left: only what the run has made goes", async () => {
  const { access, calls } = falseAccess({ namespaces: { lab: marked(PREPARED) } });
  const claimed = await claimNamespace(access, asked);
  assert.ok(claimed.ok);
  await claimed.value.remove();
  assert.deepEqual(calls, ["guard lab hotpod.dev/lab=0123abcd", SWEEP, "release"]);
});

test("one that a lab has left behind is deleted and made anew", async () => {
  const left = marked("89abcdef", "2026-01-02T03:03:00.000Z");
  const { access, calls } = falseAccess({ namespaces: { lab: left } });
  assert.ok((await claimNamespace(access, asked)).ok);
  assert.equal(calls[0], "remove namespace lab");
  assert.match(calls[1] ?? "", /^create Namespace lab/);
});

const refused: readonly (readonly [about: string, found: object, kind: string])[] = [
  ["somebody else's", { metadata: { labels: { app: "shop" } } }, "foreign"],
  ["another run's", marked("89abcdef", "2026-01-02T03:05:00.000Z"), "busy"],
];

for (const [about, found, kind] of refused) {
  test(`${about} namespace is not touched`, async () => {
    const { access, calls } = falseAccess({ namespaces: { lab: found } });
    const claimed = await claimNamespace(access, asked);
    assert.equal(claimed.ok ? "claimed" : claimed.error.kind, kind);
    assert.deepEqual(calls, []);
  });
}

test("rights that are missing are named, all at once, and the namespace goes again", async () => {
  const resources = ["pods", "configmaps", "services", "endpointslices"];
  const rules = [{ apiGroups: ["*"], resources, verbs: ["*"] }];
  const { access, calls } = falseAccess({ namespaces: {}, rules });
  const claimed = await claimNamespace(access, asked);
  assert.ok(!claimed.ok && claimed.error.kind === "no-rights");
  assert.deepEqual(claimed.error.missing, ["get pods/log", "list events", "watch events"]);
  assert.ok(calls.includes("remove namespace lab"));
});

test("an API server that cannot list all rights is believed", async () => {
  const { access } = falseAccess({ namespaces: {}, rules: [], incomplete: true });
  assert.ok((await claimNamespace(access, asked)).ok);
});

test("a namespace that may not be made: what was tried, and the server's words", async () => {
  const { access } = falseAccess({ namespaces: {}, refuses: "create" });
  const claimed = await claimNamespace(access, asked);
  assert.ok(!claimed.ok && claimed.error.kind === "failed");
  assert.equal(claimed.error.what, "the namespace lab cannot be made");
  assert.equal(claimed.error.failure, FORBIDDEN);
});

test("a namespace that stays is told", async () => {
  const { access } = falseAccess({ namespaces: {}, refuses: "remove" });
  const claimed = await claimNamespace(access, asked);
  assert.ok(claimed.ok);
  assert.deepEqual(await claimed.value.remove(), [
    "namespace lab: Error from server (Forbidden): not for you",
  ]);
});
