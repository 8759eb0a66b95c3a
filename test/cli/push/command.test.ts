/** The whole command against a stand-in for kubectl, whose answers are files. The true one is asked in test/node. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";

const MAIN = resolve("src/cli/main.ts");

const KUBECTL = `#!/bin/sh
at=$(dirname "$0")
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
echo "$*" >> "$at/calls"
answer() { if [ -f "$at/$1" ]; then cat "$at/$1"; else echo "no $1" >&2; exit 1; fi; }
case "$1 $2" in
"get configmap") answer map.json ;;
"get pods") answer pods.json ;;
"replace "*) cat > "$at/replaced.json"; [ ! -f "$at/conflict" ] || { cat "$at/conflict" >&2; exit 1; } ;;
"annotate pod") ;;
"exec "*) case "$*" in *--wait*) answer "waited-$2.json" ;; *) answer "followed-$2.json" ;; esac ;;
esac
`;

const MAP = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "shop", namespace: "web", resourceVersion: "7" },
  data: { limits: "one", title: "Shop" },
};
const PATH = "/etc/shop/limits";
const FOLLOWED = [
  { path: PATH, hash: "aaaaaaaaaaaa", action: "SIGHUP", state: "serves", detail: null, ageMs: 1 },
];
const waited = (state: string, detail: string | null = null) => [
  { path: PATH, hash: "bbbbbbbbbbbb", state, action: "SIGHUP", detail },
];

function pod(name: string, mount: object = {}) {
  const volumeMounts = [{ name: "config", mountPath: "/etc/shop", ...mount }];
  return {
    metadata: { name },
    spec: {
      volumes: [{ name: "config", configMap: { name: "shop" } }],
      containers: [{ name: "api", volumeMounts }],
    },
    status: { phase: "Running" },
  };
}

interface Stage {
  readonly folder: string;
  push(...args: string[]): { stdout: string; stderr: string; status: number | null };
  calls(): string;
}

function stage(t: TestContext, files: Readonly<Record<string, unknown>>): Stage {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-push-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const all = { "map.json": MAP, "pods.json": { items: [pod("a")] }, ...files };
  for (const [name, content] of Object.entries(all)) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, "kubectl"), KUBECTL, { mode: 0o755 });
  writeFileSync(join(folder, "limits"), "two");
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), MAIN, "push", "config"];
  return {
    folder,
    push: (...args) =>
      spawnSync(process.execPath, [...argv, ...args], {
        encoding: "utf8",
        cwd: folder,
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
      }),
    calls: () => readFileSync(join(folder, "calls"), "utf8"),
  };
}

test("updates, wakes the pod, and tells what the service was told", (t) => {
  const { folder, push, calls } = stage(t, {
    "followed-a.json": FOLLOWED,
    "waited-a.json": waited("told"),
  });
  const { stdout, stderr, status } = push("shop", "--from-file", "limits", "-n", "web");
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^ConfigMap web\/shop changes:\n {2}~ limits\n {4}1 key as before\n✓ a\/api \/etc\/shop\/limits: the service was sent SIGHUP after \S+\nthe pod has reported it, \S+ after the update\n$/,
  );
  const replaced = JSON.parse(readFileSync(join(folder, "replaced.json"), "utf8"));
  assert.deepEqual(replaced, { ...MAP, data: { limits: "two", title: "Shop" }, binaryData: {} });
  assert.match(calls(), /^annotate pod a hotpod\.dev\/config-push=\d{4}-\S+Z --overwrite$/m);
  // The first digits of the SHA-256 of "two".
  assert.match(
    calls(),
    /^exec a --container=api -- hotpod ctl config .* --wait \/etc\/shop\/limits=3fc4ccfe7458$/m,
  );
});

test("a dry run asks, and changes nothing", (t) => {
  const { folder, push, calls } = stage(t, { "followed-a.json": FOLLOWED });
  const { stdout, status } = push("shop", "--from-file", "limits", "--prune", "--dry-run");
  assert.equal(status, 0);
  assert.equal(
    stdout,
    [
      "ConfigMap web/shop would change:",
      "  ~ limits",
      "  - title",
      "· a/api /etc/shop/limits: followed: SIGHUP",
      "dry run: nothing was changed",
      "",
    ].join("\n"),
  );
  assert.equal(existsSync(join(folder, "replaced.json")), false);
  assert.doesNotMatch(calls(), /annotate|replace|--wait/);
});

test("a pod that refuses, one that nobody can be asked in, one that reads only at its start: exit code 1", (t) => {
  const items = [pod("a"), pod("b"), pod("c", { subPath: "limits", mountPath: PATH })];
  const detail = "500 Internal Server Error";
  const { push } = stage(t, {
    "pods.json": { items },
    "followed-a.json": FOLLOWED,
    "waited-a.json": waited("refused", detail),
  });
  const { stdout, status } = push("shop", "--from-literal", "limits=three");
  assert.equal(status, 1);
  assert.match(stdout, /^✗ a\/api \/etc\/shop\/limits: refused after \S+\n {4}500 Internal/m);
  assert.match(
    stdout,
    /^\? b\/api \/etc\/shop: nobody there can be asked\n {4}no followed-b\.json/m,
  );
  assert.match(stdout, /^✗ c\/api \/etc\/shop\/limits: read at the container's start only/m);
  assert.match(stdout, /^not every pod has reported it/m);
});

test("as JSON: one object", (t) => {
  const { push } = stage(t, { "followed-a.json": FOLLOWED, "waited-a.json": waited("told") });
  const { stdout, status } = push("shop", "--from-file", "limits", "--json");
  assert.equal(status, 0);
  const { good, updated, change, outcomes } = JSON.parse(stdout);
  assert.deepEqual([good, updated, change.changed], [true, true, ["limits"]]);
  assert.deepEqual([outcomes[0].pod, outcomes[0].state], ["a", "told"]);
});

test("nobody reads it yet: updated, and said", (t) => {
  const { push } = stage(t, { "pods.json": { items: [] } });
  const { stdout, status } = push("shop", "--from-file", "limits");
  assert.equal(status, 0);
  assert.match(stdout, /no running pod reads it/);
});

test("what cannot be is said before anything changes", (t) => {
  const frozen = stage(t, { "map.json": { ...MAP, immutable: true } });
  const refused = frozen.push("shop", "--from-file", "limits");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /shop is immutable/);
  assert.doesNotMatch(frozen.calls(), /annotate|replace/);

  const taken = stage(t, { conflict: "the object has been modified", "followed-a.json": FOLLOWED });
  const conflict = taken.push("shop", "--from-file", "limits");
  assert.equal(conflict.status, 1);
  assert.match(conflict.stderr, /was not changed: the object has been modified/);
  assert.doesNotMatch(taken.calls(), /annotate/);

  const misuses: readonly (readonly [readonly string[], RegExp])[] = [
    [["shop"], /no content is given/],
    [[], /no ConfigMap is named/],
    [["shop", "--from-file", "missing"], /missing cannot be read: ENOENT/],
    [["shop", "--from-file", "limits", "--from-literal", "limits=1"], /given twice/],
    [["shop", "--from-literal", "a b=1"], /"a b" of --from-literal cannot be a key/],
    [["shop", "--from-file", "limits", "--timeout", "soon"], /--timeout soon is no duration/],
  ];
  for (const [args, words] of misuses) {
    const misuse = frozen.push(...args);
    assert.equal(misuse.status, 2, args.join(" "));
    assert.match(misuse.stderr, words);
  }
});
