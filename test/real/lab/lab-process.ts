import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { otherFileSystem } from "#edge/lab/detect-needs.js";
import { type Child, startChild } from "#edge/observe/child.js";
import { createFeed, type Feed } from "#edge/observe/feed.js";

export interface LabUnderTest {
  readonly child: Child;
  readonly stdout: Feed<string>;
  readonly all: Feed<string>;
  readonly cwd: string;
  /** Its folder for temporary files. */
  readonly temporary: string;
}

/** `hotpod lab` from the sources. Ended with the test. */
export async function startLab(
  context: TestContext,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<LabUnderTest> {
  const cwd = mkdtempSync(join(tmpdir(), "hotpod-lab-test-"));
  const temporary = join(cwd, "tmp");
  mkdirSync(temporary);
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const flags = ["-C", "source", "--import", loader, resolve("src/cli/main.ts")];
  const [stdout, all] = [createFeed<string>(), createFeed<string>()];
  const child = await startChild([process.execPath, ...flags, "lab", ...args], {
    cwd,
    env: { ...process.env, TMPDIR: temporary, ...env },
    onLine: (line, from) => {
      all.push(line);
      if (from === "stdout") stdout.push(line);
    },
  });
  void child.finished.then((result) => {
    stdout.end(`it ended (${result})`);
    all.end(`it ended (${result})`);
  });
  context.after(async () => {
    child.signal("SIGTERM");
    await child.finished;
    rmSync(cwd, { recursive: true, force: true });
  });
  return { child, stdout, all, cwd, temporary };
}

/** Processes that the lab has started, found by their folder for temporary files, whatever they are now. */
export function processesOf(lab: LabUnderTest): string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === lab.child.pid) return [];
    const environment = textOf(`/proc/${name}/environ`);
    if (!environment.includes(`TMPDIR=${lab.temporary}/`)) return [];
    return [`${name}: ${textOf(`/proc/${name}/cmdline`).replaceAll("\0", " ")}`];
  });
}

export function foldersOf(lab: LabUnderTest): string[] {
  return readdirSync(lab.temporary).filter((name) => name.startsWith("hotpod-lab-"));
}

/** What the lab with this work folder has on another file system: a folder of the same name. */
export function foldersElsewhere(lab: LabUnderTest, name: string): string[] {
  const other = otherFileSystem(lab.temporary);
  return other !== null && existsSync(join(other, name)) ? [join(other, name)] : [];
}

export function assertNothingLeft(lab: LabUnderTest): void {
  assert.deepEqual(processesOf(lab), []);
  assert.deepEqual(foldersOf(lab), []);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
