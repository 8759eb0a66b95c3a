/** `--context`, against a stand-in for kubectl that says what the true one says. The true one is asked in test/node. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";

function lab(t: TestContext, args: readonly string[], kubectl: string | null = null) {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-lab-cluster-"));
  t.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(process.execPath, join(folder, "node"));
  symlinkSync("/bin/sh", join(folder, "sh"));
  if (kubectl !== null) {
    writeFileSync(join(folder, "kubectl"), `#!/bin/sh\n${kubectl}\n`, { mode: 0o755 });
  }
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), resolve("src/cli/main.ts")];
  return spawnSync(process.execPath, [...argv, "lab", ...args], {
    ...{ encoding: "utf8", cwd: folder },
    env: { ...process.env, PATH: folder },
  });
}

const VERSION = `case "$*" in *version*) echo '{"serverVersion":{"gitVersion":"v1.36.3"}}'; exit 0 ;; esac`;
const says = (words: string, code = 1): string => `echo '${words}' >&2; exit ${code}`;
const IN_CLUSTER = ["L104", "--context", "kind"];

const failures: readonly (readonly [
  about: string,
  args: readonly string[],
  kubectl: string | null,
  said: readonly RegExp[],
])[] = [
  ["no kubectl", IN_CLUSTER, null, [/kubectl is not in PATH/, /Install kubectl/]],
  [
    "an unknown context",
    IN_CLUSTER,
    says('error: context "kind" does not exist'),
    [/context "kind" does not exist/, /kubectl config get-contexts/],
  ],
  [
    "no right to namespaces",
    IN_CLUSTER,
    `${VERSION}; ${says('Error from server (Forbidden): namespaces "x" is forbidden')}`,
    [/namespace hotpod-lab-[0-9a-f]{8} cannot be looked for: .*Forbidden/, /hotpod lab --rbac/],
  ],
  [
    "a namespace of somebody else",
    [...IN_CLUSTER, "-n", "shop"],
    `${VERSION}; echo '{"metadata":{"name":"shop","labels":{"app":"shop"}}}'`,
    [/namespace shop is there, and is not the lab's/, /--rbac --namespace NAME/],
  ],
  [
    "a namespace of another run",
    [...IN_CLUSTER, "-n", "lab"],
    `${VERSION}; echo '{"metadata":{"labels":{"hotpod.dev/lab":"0123abcd"},"annotations":{"hotpod.dev/lab-until":"9999-01-01T00:00:00.000Z"}}}'`,
    [
      /belongs to another run of the lab, until 9999/,
      /kubectl --context kind delete namespace lab/,
    ],
  ],
];

for (const [about, args, kubectl, said] of failures) {
  test(`${about}: what is wrong, what to do, and exit code 2`, (t) => {
    const { stderr, status } = lab(t, args, kubectl);
    for (const part of said) assert.match(stderr, part);
    assert.equal(status, 2);
  });
}

const mistakes: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [["--arm", "cluster"], /--context NAME/],
  [["--arm", "all"], /--context NAME/],
  [["--image", "tools:1"], /--image "tools:1" is not understood/],
  [["-n", "lab"], /--namespace "lab" is not understood/],
  [["--context", "kind", "-n", "My_Lab"], /--namespace "My_Lab" is not understood/],
];

for (const [args, said] of mistakes) {
  test(`lab ${args.join(" ")}: a clear error and exit code 2`, (t) => {
    const { stderr, status } = lab(t, args);
    assert.match(stderr, said);
    assert.equal(status, 2);
  });
}

test("a scenario without pods, asked for in a cluster: nothing could be run", (t) => {
  const { stdout, stderr, status } = lab(t, ["L102", "--context", "kind"]);
  assert.match(`${stdout}${stderr}`, /L102 has no arm in a cluster/);
  assert.equal(status, 3);
});

test("--rbac needs no cluster", (t) => {
  const { stdout, status } = lab(t, ["--rbac", "-n", "team-lab"]);
  assert.match(stdout, /hotpod\.dev\/lab: prepared/);
  assert.equal(status, 0);
});
