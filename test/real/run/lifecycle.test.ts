import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, type TestContext, test } from "node:test";
import { needsTool } from "#test/real/edge/needs-tool.js";
import { type Hotpod, startHotpod, temporaryFolder } from "./hotpod.js";

const limits = { timeout: 120_000 };
before(() => execFileSync(process.execPath, ["tools/build.mjs"]));

interface Service {
  readonly cwd: string;
  /** Replaces text in the service's only source file. */
  edit(from: string, to: string): void;
}

function service(t: TestContext, source: string, file: string): Service {
  const cwd = temporaryFolder(t);
  cpSync(join("test/real/programs", source), join(cwd, source.includes(".") ? file : ""), {
    recursive: true,
  });
  const path = join(cwd, file);
  return {
    cwd,
    edit: (from, to) => {
      const before = readFileSync(path, "utf8");
      assert.ok(before.includes(from), `${from} is in ${file}`);
      // As editors do: in place, the empty file in between would be a change of its own.
      const beside = `${path}.swp`;
      writeFileSync(beside, before.replace(from, to));
      renameSync(beside, path);
    },
  };
}

async function answer({ port }: Hotpod): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
  return (await response.text()).trim();
}

const kinds = [
  { name: "Go", source: "tiny-go", file: "main.go", args: [], tool: "go", ask: "version" },
  {
    name: "Node",
    source: "tiny-node.mjs",
    file: "tiny-node.mjs",
    args: ["--", process.execPath, "tiny-node.mjs"],
    tool: "node",
    ask: "--version",
  },
] as const;

for (const { name, source, file, args, tool, ask } of kinds) {
  // Breaks when an edit does not become a swap, a bad one hurts what serves, or the end is not orderly.
  test(`${name}: start, swap, crash at start, stop`, limits, async (t) => {
    if (!needsTool(t, tool, ask)) return;
    const { cwd, edit } = service(t, source, file);
    const hotpod = await startHotpod(t, { cwd, args });
    await hotpod.seen("promoted");
    assert.equal(await answer(hotpod), "version 1");
    assert.equal((await hotpod.probe("/startupz")).code, 200);
    const ready = await hotpod.probe("/readyz");
    assert.equal(ready.code, 200);
    assert.equal(JSON.parse(ready.body).generation, 1);

    edit('version = "1"', 'version = "2"');
    const promoted = await hotpod.seen("promoted", 0, ({ generation }) => generation > 1);
    assert.equal(await answer(hotpod), "version 2");
    assert.ok(promoted.changeMs !== null);

    const crash = name === "Go" ? "\nfunc init() { panic(0) }\n" : "\nprocess.exit(3);\n";
    const bad = hotpod.here();
    edit('version = "2"', `version = "3"${crash}`);
    const failed = await hotpod.seen("candidate-failed", bad);
    assert.equal(failed.why.kind, "exited");
    assert.equal(await answer(hotpod), "version 2");
    assert.equal((await hotpod.probe("/livez")).code, 200);
    assert.equal((await hotpod.status()).serving?.generation, promoted.generation);

    assert.equal(await hotpod.stop(), 0);
  });
}

test("a compile error keeps what serves, and its text is said once", limits, async (t) => {
  if (!needsTool(t, "go", "version")) return;
  const { cwd, edit } = service(t, "tiny-go", "main.go");
  const hotpod = await startHotpod(t, { cwd, args: [] });
  await hotpod.seen("promoted");
  edit("fmt.Fprintf", "fmt.Fprintff");
  const failed = await hotpod.seen("build-failed");
  assert.equal(failed.failure.kind, "command");
  assert.equal(await answer(hotpod), "version 1");
  const { behind } = await hotpod.status();
  assert.match(behind ?? "", /build failed/);
  assert.equal(await hotpod.stop(), 0);
  const said = hotpod.output.filter((line) => line.includes("undefined: fmt.Fprintff"));
  assert.equal(said.length, 1, hotpod.output.join("\n"));
});

test("metrics count what has happened", limits, async (t) => {
  const { cwd, edit } = service(t, "tiny-node.mjs", "tiny-node.mjs");
  const hotpod = await startHotpod(t, { cwd, args: ["--", process.execPath, "tiny-node.mjs"] });
  await hotpod.seen("promoted");
  edit('version = "1"', 'version = "2"');
  await hotpod.seen("promoted", 0, ({ generation }) => generation > 1);
  const { code, body } = await hotpod.probe("/metrics");
  assert.equal(code, 200);
  for (const line of [
    /^hotpod_swaps_total 2$/m,
    /^hotpod_builds_total\{result="succeeded"\} 2$/m,
    /^hotpod_swap_seconds_count 2$/m,
    /^hotpod_generation 2$/m,
    /^hotpod_ready 1$/m,
  ]) {
    assert.match(body, line);
  }
  const post = await fetch(`http://127.0.0.1:${hotpod.probesPort}/readyz`, { method: "POST" });
  assert.equal(post.status, 405);
});

test("ctl pauses, resumes, tells, and the socket is for this user alone", limits, async (t) => {
  const { cwd, edit } = service(t, "tiny-node.mjs", "tiny-node.mjs");
  const hotpod = await startHotpod(t, { cwd, args: ["--", process.execPath, "tiny-node.mjs"] });
  await hotpod.seen("promoted");
  const socket = join(hotpod.ownFolder, "control.sock");
  assert.equal(statSync(socket).mode & 0o777, 0o600);
  const ctl = (...args: string[]): string =>
    execFileSync(
      process.execPath,
      [resolve("dist/hotpod.js"), "ctl", ...args, "--control-socket", socket],
      { cwd, encoding: "utf8" },
    );
  assert.throws(() => ctl("rollback"), /there is nothing to roll back to/);
  assert.equal(ctl("pause"), "pause: accepted\n");
  await hotpod.seen("paused");
  edit('version = "1"', 'version = "2"');
  await hotpod.seen("change-unbuilt");
  assert.match(ctl("status"), /paused +changes wait \(hotpod ctl resume\)/);
  ctl("resume");
  await hotpod.seen("promoted", 0, ({ generation }) => generation > 1);
  assert.equal(JSON.parse(ctl("status", "--json")).serving.generation, 2);
  assert.match(ctl("events"), /generation 2 serves/);
  assert.match(ctl("policy"), /^probation +hot +10s +default, for \d+s$/m);
  ctl("rollback");
  await hotpod.seen("rolled-back");
  assert.equal(await hotpod.stop(), 0);
});
