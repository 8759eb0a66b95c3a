import assert from "node:assert/strict";
import { test } from "node:test";
import { type PodObject, readersOf } from "#push/readers.js";

const mount = (more: object = {}) => ({ name: "config", mountPath: "/etc/shop/", ...more });

function pod(container: object, more: Partial<PodObject["spec"]> = {}): PodObject {
  return {
    metadata: { name: "p" },
    spec: {
      volumes: [{ name: "config", configMap: { name: "shop" } }],
      containers: [{ name: "c", ...container }],
      ...more,
    },
    status: { phase: "Running" },
  };
}

const hows = (one: PodObject) => readersOf([one], "shop").map(({ how }) => how);

test("a volume is brought up to date; subPath and environment never are", () => {
  const mounted = { kind: "mounted", mountPath: "/etc/shop", items: null, mixed: false };
  assert.deepEqual(hows(pod({ volumeMounts: [mount()] })), [mounted]);
  for (const sub of [{ subPath: "limits" }, { subPathExpr: "$(NAME)" }]) {
    const fixed = { kind: "fixed", why: "sub-path", at: "/etc/shop" };
    assert.deepEqual(hows(pod({ volumeMounts: [mount(sub)] })), [fixed]);
  }
  const environment = { kind: "fixed", why: "environment", at: "" };
  const valueFrom = { configMapKeyRef: { name: "shop", key: "limits" } };
  assert.deepEqual(hows(pod({ env: [{ name: "LIMITS", valueFrom }] })), [environment]);
  assert.deepEqual(hows(pod({ envFrom: [{ configMapRef: { name: "shop" } }] })), [environment]);
});

test("another ConfigMap, another volume, a pod that goes or has not begun: nobody to wait for", () => {
  const reads = pod({ volumeMounts: [mount()] });
  assert.deepEqual(readersOf([reads], "other"), []);
  assert.deepEqual(hows(pod({ volumeMounts: [mount({ name: "else" })] })), []);
  assert.deepEqual(hows({ ...reads, status: { phase: "Pending" } }), []);
  const metadata = { name: "p", deletionTimestamp: "2026-01-01T00:00:00Z" };
  assert.deepEqual(hows({ ...reads, metadata }), []);
});

test("sidecars read as well, init containers that end do not", () => {
  const init = (restartPolicy?: string) => ({
    name: "init",
    volumeMounts: [mount()],
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  });
  assert.equal(hows(pod({}, { initContainers: [init("Always")] })).length, 1);
  assert.equal(hows(pod({}, { initContainers: [init()] })).length, 0);
});

test("a projected volume: alone it is known, beside others only that it changes", () => {
  const projected = (...sources: object[]) =>
    pod({ volumeMounts: [mount()] }, { volumes: [{ name: "config", projected: { sources } }] });
  const items = [{ key: "limits", path: "a/limits.json" }];
  const own = { configMap: { name: "shop", items } };
  const alone = { kind: "mounted", mountPath: "/etc/shop", items, mixed: false };
  assert.deepEqual(hows(projected(own)), [alone]);
  assert.deepEqual(hows(projected(own, { secret: { name: "s" } })), [{ ...alone, mixed: true }]);
});
