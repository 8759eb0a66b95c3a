/** A Go module in a repository, with a dependency from a proxy of files, and the command as a person calls it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readGateOptions } from "#cli/gate/gate-options.js";
import { gatherFacts } from "#cli/gate/gather-facts.js";
import { judge } from "#gate/judge.js";
import { MODULE_PROXY } from "#lab/programs/builds/module-proxy.js";
import type { GateAnswer } from "#model/gate-report.js";
import { disagreeing } from "./disagreeing.js";

const MAIN = resolve("src/cli/main.ts");

export const folder = mkdtempSync(join(tmpdir(), "hotpod-gate-test-"));

const hasGo = spawnSync("go", ["version"]).status === 0;
export const skip = hasGo || process.env.CI === "true" ? false : "there is no go on this machine";

/** Of this process, and of all that it starts. */
export const ENV: NodeJS.ProcessEnv = Object.assign(process.env, {
  ...{ GOPROXY: `file://${folder}/proxy`, GOSUMDB: "off", GONOSUMDB: "", GOFLAGS: "-modcacherw" },
  ...{ GOMODCACHE: join(folder, "cache"), CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
});

export function run(cwd: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const [program = "", ...args] = argv;
  const end = spawnSync(program, args, { cwd, encoding: "utf8", env: { ...ENV, ...env } });
  assert.equal(end.status, 0, `${argv.join(" ")}: ${end.stderr}`);
  return end.stdout.trim();
}

export function write(at: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(at, name, ".."), { recursive: true });
    writeFileSync(join(at, name), text);
  }
}

const API = `package main

import "example.com/dep"

func main() { println(dep.Text, version) }

var version = "none"
`;

/** `folder/app`, committed, which needs example.com/dep v1.0.0. */
export function makeModule(): string {
  const proxy = join(folder, "make-proxy");
  write(proxy, { "main.go": MODULE_PROXY, "go.mod": "module proxy\n\ngo 1.22\n" });
  run(proxy, ["go", "build", "-buildvcs=false", "-o", "make-proxy", "."]);
  const dep = join(folder, "dep");
  write(dep, {
    "go.mod": "module example.com/dep\n\ngo 1.22\n",
    "dep.go": 'package dep\n\nconst Text = "dep"\n',
  });
  run(folder, [`${proxy}/make-proxy`, "proxy", "v1.0.0", "dep"]);
  const app = join(folder, "app");
  write(app, {
    "go.mod": "module example.com/app\n\ngo 1.22\n\nrequire example.com/dep v1.0.0\n",
    "main.go": API,
  });
  run(app, ["go", "mod", "tidy"]);
  run(app, ["git", "init", "-q"]);
  commit(app);
  return app;
}

export function commit(at: string): void {
  run(at, ["git", "add", "."]);
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  run(at, ["git", ...who, "commit", "-qm", "a change"]);
}

export function copyOf(at: string, name: string): string {
  const copy = join(folder, name);
  cpSync(at, copy, { recursive: true });
  return copy;
}

export function buildIn(
  at: string,
  name: string,
  flags: readonly string[] = ["-trimpath"],
): string {
  const program = join(folder, name);
  run(at, ["go", "build", ...flags, "-o", program, "."]);
  return program;
}

/** A process of its own, as a person starts it. */
export function gate(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const argv = ["-C", "source", "--import", import.meta.resolve("tsx"), MAIN, "gate", ...args];
  return spawnSync(process.execPath, argv, { encoding: "utf8", cwd, env: { ...ENV, ...env } });
}

/** The same without a process: starting one takes longer than all that it does. */
export async function answers(args: readonly string[]): Promise<readonly GateAnswer[]> {
  return judge(await gatherFacts(readGateOptions(args), new AbortController().signal));
}

/** What does not agree, as `id grade` or `id open`. */
export async function found(args: readonly string[]): Promise<string[]> {
  return disagreeing(await answers(args));
}

export const cleanUp = (): void => rmSync(folder, { recursive: true, force: true });
