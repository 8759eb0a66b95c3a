import { type Dirent, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ok, type Result } from "#base/result.js";

/** What a path of the command line leads to. `code`: the errno, or `too-large`. */
export type FoundInput =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "folder"; readonly path: string; readonly files: readonly string[] };

export interface InputLimits {
  /** Of one file. */
  readonly bytesMax: number;
  /** Of a folder's files. */
  readonly filesMax: number;
  /** Names end so. */
  readonly endings: readonly string[];
}

type Failure = { readonly code: string };

/** A file with its text, or a folder with the paths of its manifests, sorted; `-` is standard input. */
export function findInput(path: string, limits: InputLimits): Result<FoundInput, Failure> {
  try {
    if (path === "-") return bounded(path, readFileSync(0), limits);
    const stat = statSync(path);
    if (stat.isDirectory()) {
      const files = filesBelow(path, limits).sort();
      if (files.length > limits.filesMax) return fail({ code: "too-many" });
      return ok({ kind: "folder", path, files });
    }
    if (stat.size > limits.bytesMax) return fail({ code: "too-large" });
    return bounded(path, readFileSync(path), limits);
  } catch (error) {
    return fail({ code: (error as NodeJS.ErrnoException).code ?? "unknown" });
  }
}

/** Whole or not at all. */
export function writeOutput(path: string, text: string): Result<null, Failure> {
  try {
    writeFileSync(path, text);
    return ok(null);
  } catch (error) {
    return fail({ code: (error as NodeJS.ErrnoException).code ?? "unknown" });
  }
}

function bounded(path: string, bytes: Buffer, limits: InputLimits): Result<FoundInput, Failure> {
  if (bytes.length > limits.bytesMax) return fail({ code: "too-large" });
  return ok({ kind: "file", path, text: bytes.toString("utf8") });
}

/** Hidden folders and those of packages hold other people's manifests. A hidden file is read if its whole name is among the endings. */
const SKIPPED = /^(\.|node_modules$|vendor$)/;
const DEPTH_MAX = 32;

function filesBelow(root: string, limits: InputLimits): string[] {
  const files: string[] = [];
  const walk = (folder: string, depth: number): void => {
    if (depth > DEPTH_MAX) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (files.length > limits.filesMax) return;
      if (SKIPPED.test(entry.name) && !limits.endings.includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path, depth + 1);
      else if (isManifest(entry, limits)) files.push(path);
    }
  };
  walk(root, 0);
  return files;
}

function isManifest(entry: Dirent, { endings }: InputLimits): boolean {
  return entry.isFile() && endings.some((ending) => entry.name.endsWith(ending));
}
