import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { isatty } from "node:tty";
import type { Surroundings } from "#config/surroundings.js";

/** What this process finds around itself. */
export function findSurroundings(): Surroundings {
  const cwd = process.cwd();
  return {
    cwd,
    env: process.env,
    temporaryFolder: tmpdir(),
    terminal: isatty(0) && isatty(1),
    logTerminal: isatty(2),
    goModule: existsSync(join(cwd, "go.mod")),
    storeHereWritable: isWritable(existsSync(join(cwd, ".hotpod")) ? join(cwd, ".hotpod") : cwd),
    cwdHash: createHash("sha256").update(cwd).digest("hex").slice(0, 12),
    findProgram: (name) => findProgram(name, cwd),
  };
}

/** This process is what a container was started with, or runs in a pod beside others. */
export function inContainer(): boolean {
  return process.pid === 1 || process.env.KUBERNETES_SERVICE_HOST !== undefined;
}

/** As execvp(3) searches, but relative to `cwd` and not falling back to a shell. */
export function findProgram(name: string, cwd: string): string | null {
  if (name.includes("/")) {
    const path = isAbsolute(name) ? name : resolve(cwd, name);
    return isExecutable(path) ? path : null;
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = resolve(cwd, folder, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function ownPid(): number {
  return process.pid;
}

/** Standard input was a terminal; after a hang-up the kernel says it is none. */
export function terminalIsGone(): boolean {
  return !isatty(0);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export const pathExists = (path: string): boolean => existsSync(path);
