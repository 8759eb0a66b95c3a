/** Programs that the Go toolchain builds, in images as Docker and OCI tools write them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { readArtifacts } from "#cli/check/artifacts.js";
import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject } from "#cli/check/load-project.js";
import { readImage } from "#edge/images/read-image.js";
import { RULES } from "#rules/catalogue.js";
import { judge } from "#rules/judge/judge.js";
import { type Entry, layout as layoutAt, type Shape, saved as savedAt } from "./image-files.js";

const folder = mkdtempSync(join(tmpdir(), "hotpod-artifacts-"));
after(() => rmSync(folder, { recursive: true }));

const hasGo = spawnSync("go", ["version"]).status === 0;
const skip = hasGo || process.env.CI === "true" ? false : "there is no go on this machine";

const saved = (name: string, shape: Shape) => savedAt(join(folder, name), shape);
const layout = (name: string, shape: Shape) => layoutAt(join(folder, name), shape);

const GLIBC: readonly Entry[] = [
  { name: "lib64", type: "symlink", linkname: "usr/lib64" },
  { name: "usr/lib64/", type: "directory" },
  {
    name: "usr/lib64/ld-linux-x86-64.so.2",
    type: "symlink",
    linkname: "../lib/x86_64-linux-gnu/ld-2.so",
  },
  { name: "usr/lib/x86_64-linux-gnu/ld-2.so", content: "loader" },
  { name: "usr/lib/x86_64-linux-gnu/libc.so.6", content: "c" },
  { name: "usr/lib/x86_64-linux-gnu/libresolv.so.2", content: "c" },
  { name: "usr/lib/x86_64-linux-gnu/libpthread.so.0", content: "c" },
];

function build(
  name: string,
  source: string,
  env: Record<string, string>,
  flags: string[] = [],
): string {
  const at = join(folder, name);
  mkdirSync(at);
  writeFileSync(join(at, "go.mod"), "module example.com/shop\n\ngo 1.22\n");
  writeFileSync(join(at, "main.go"), source);
  const run = (program: string, args: string[]): void => {
    const { status, stderr } = spawnSync(program, args, {
      cwd: at,
      env: { ...process.env, GOFLAGS: "", ...env },
    });
    assert.equal(status, 0, `${program} ${args.join(" ")}: ${stderr}`);
  };
  run("git", ["init", "-q"]);
  run("git", ["add", "."]);
  run("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one"]);
  run("go", ["build", "-buildvcs=true", ...flags, "-o", "program", "."]);
  return join(at, "program");
}

const NET =
  'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n';

async function said(rule: string, ...argv: string[]): Promise<{ found: string[]; open: string[] }> {
  const options = readCheckOptions(argv);
  const { project } = loadProject(options, await readArtifacts(options));
  const { findings, open } = judge(
    project,
    RULES.filter(({ id }) => id === rule),
  );
  return {
    found: findings.map(({ fault }) => fault.message),
    open: open.flatMap(({ missing }) => missing.map(({ input }) => input)),
  };
}

test("a program is started by a loader that its image holds, or not at all", { skip }, async () => {
  const amd64 = { GOARCH: "amd64", GOOS: "linux" };
  const dynamic = build("dynamic", NET, { CGO_ENABLED: "1", ...amd64 });
  const plain = build("static", NET, { CGO_ENABLED: "0", ...amd64 });
  const pie = build("pie", "package main\n\nfunc main() {}\n", { CGO_ENABLED: "0", ...amd64 }, [
    "-buildmode=pie",
  ]);
  const empty = await saved("empty.tar", { layers: [[{ name: "etc/passwd", content: "root" }]] });
  const glibc = await layout("glibc", { layers: [GLIBC, [{ name: "etc/", type: "directory" }]] });
  const gone = await layout("gone", {
    layers: [GLIBC, [{ name: "usr/lib/x86_64-linux-gnu/.wh.ld-2.so" }]],
  });
  const opaque = await saved("opaque.tar", { layers: [GLIBC, [{ name: "usr/lib/.wh..wh..opq" }]] });
  const ask = (binary: string, image: string) =>
    said("HP602", "--binary", binary, "--image", image);
  for (const image of [empty, gone, opaque]) {
    const { found } = await ask(dynamic, image);
    assert.match(
      found.join(),
      /is started by \/lib64\/ld-linux-x86-64\.so\.2, which .* does not hold/,
    );
    assert.equal((await ask(pie, image)).found.length, 1);
    assert.deepEqual(await ask(plain, image), { found: [], open: [] });
  }
  assert.deepEqual(await ask(dynamic, glibc), { found: [], open: [] });
  const noLibrary = await saved("no-library.tar", {
    layers: [GLIBC.filter(({ name }) => !name.includes("libc.so"))],
  });
  assert.match((await ask(dynamic, noLibrary)).found.join(), /needs libc\.so\.6/);
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ os: "linux", architecture: "amd64" }));
  assert.deepEqual((await ask(dynamic, config)).open, ["I"]);
  assert.deepEqual((await said("HP602", "--binary", dynamic)).open, ["I"]);
});

test("a program is of the commit that its image and its repository name", { skip }, async () => {
  const clean = build("clean", NET, { CGO_ENABLED: "0", GOARCH: "amd64", GOOS: "linux" });
  const { stdout } = spawnSync("git", ["rev-parse", "HEAD"], {
    cwd: join(clean, ".."),
    encoding: "utf8",
  });
  const head = stdout.trim();
  const labelled = (revision: string, created = "2099-01-01T00:00:00Z") =>
    saved(`${revision}${created.slice(0, 4)}.tar`, {
      labels: {
        "org.opencontainers.image.revision": revision,
        "org.opencontainers.image.created": created,
      },
      layers: [],
    });
  const ask = (...argv: string[]) => said("HP613", "--binary", clean, ...argv);
  assert.deepEqual(await ask("--revision", head), { found: [], open: [] });
  assert.deepEqual(await ask("--image", await labelled(head.slice(0, 12))), {
    found: [],
    open: [],
  });
  assert.match(
    (await ask("--revision", "1".repeat(40))).found.join(),
    /was built from .*, and not from 1111/,
  );
  assert.match(
    (await ask("--image", await labelled("abcdef1"))).found.join(),
    /the image's label says abcdef1/,
  );
  const old = await labelled(head, "2001-01-01T00:00:00Z");
  assert.match((await ask("--image", old)).found.join(), /newer than the image says/);
  const arm = join(folder, "arm.json");
  writeFileSync(arm, JSON.stringify({ os: "linux", architecture: "arm64" }));
  assert.match((await ask("--image", arm)).found.join(), /is for amd64, and the image for arm64/);
  assert.deepEqual((await ask()).open, ["I"]);
  writeFileSync(join(clean, "..", "main.go"), `${NET}\n// changed\n`);
  spawnSync("go", ["build", "-buildvcs=true", "-o", "program", "."], {
    cwd: join(clean, ".."),
    env: { ...process.env, GOFLAGS: "", CGO_ENABLED: "0" },
  });
  assert.match((await ask("--revision", head)).found.join(), /in no commit/);
});

test("a program says its commit, and holds no folder of the builder", { skip }, async () => {
  const env = { CGO_ENABLED: "0", GOARCH: "amd64", GOOS: "linux" };
  const stamped = build("stamped", NET, env, ["-trimpath"]);
  const bare = build("bare", NET, env, ["-buildvcs=false"]);
  assert.deepEqual((await said("HP610", "--binary", stamped)).found, []);
  assert.match((await said("HP610", "--binary", bare)).found.join(), /does not say which commit/);
  assert.deepEqual((await said("HP609", "--binary", stamped)).found, []);
  assert.match((await said("HP609", "--binary", bare)).found.join(), /without -trimpath/);
});

const manifest = (spec: string): string => `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
${spec}  containers:
    - name: api
      image: shop:1
      livenessProbe: { exec: { command: [/probe] } }
      lifecycle: { preStop: { exec: { command: [hook] } } }
`;

test("what a container starts and holds is what its image says", async () => {
  const at = join(folder, "pods");
  mkdirSync(at);
  const pod = join(at, "pod.yaml");
  writeFileSync(pod, manifest(""));
  const bare = await saved("bare.tar", {
    config: {
      Entrypoint: ["/usr/bin/sleep"],
      Cmd: ["1d"],
      Env: ["PATH=/opt"],
      StopSignal: "SIGKILL",
    },
    layers: [[{ name: "usr/bin/sleep", content: "x" }]],
  });
  const full = await saved("full.tar", {
    config: { Entrypoint: ["/app"], Env: ["PATH=/opt"] },
    layers: [
      [
        { name: "probe", type: "symlink", linkname: "opt/real" },
        { name: "opt/real" },
        { name: "opt/hook" },
      ],
    ],
  });
  // The image's name and the manifest's are the same.
  assert.equal((await said("HP102", pod, "--image", bare)).found.length, 1);
  assert.equal((await said("HP408", pod, "--image", bare)).found.length, 1);
  assert.equal((await said("HP405", pod, "--image", bare)).found.length, 1);
  assert.match((await said("HP409", pod, "--image", bare)).found.join(), /SIGKILL/);
  for (const rule of ["HP102", "HP408", "HP405", "HP409"]) {
    assert.deepEqual(await said(rule, pod, "--image", full), { found: [], open: [] }, rule);
  }
  writeFileSync(pod, manifest("  nodeSelector: { kubernetes.io/arch: arm64 }\n"));
  assert.match((await said("HP611", pod, "--image", full)).found.join(), /is built for amd64/);
  const both = await layout("both", { layers: [] });
  assert.deepEqual((await said("HP611", pod, "--image", `${both}=api`)).found, []);
  writeFileSync(pod, manifest("  nodeSelector: { kubernetes.io/arch: riscv64 }\n"));
  assert.match((await said("HP611", pod, "--image", `${both}=shop`)).found.join(), /arm64, amd64/);
});

test("what is no image is told in words, whatever it holds", async () => {
  const whole = await saved("whole.tar", { layers: [GLIBC] });
  const { readFileSync } = await import("node:fs");
  const bytes = readFileSync(whole);
  const path = join(folder, "mangled.tar");
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.nat(255),
      fc.boolean(),
      async (at, value, cut) => {
        const copy = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) copy[at] = value;
        writeFileSync(path, copy);
        const read = await readImage(path, "amd64");
        if (!read.ok) assert.match(read.error, /\w{3}/);
      },
    ),
    { numRuns: 300 },
  );
  for (const text of ["{", "[]", "null", '{"config":{"Labels":3}}']) {
    writeFileSync(join(folder, "odd.json"), text);
    await readImage(join(folder, "odd.json"), "amd64");
  }
  await assert.rejects(said("HP602", "--binary", path), /--binary .*mangled\.tar/);
  await assert.rejects(said("HP602", "--binary", "/nowhere", "--image", path), /ENOENT/);
});
