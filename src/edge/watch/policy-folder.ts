import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { fail, ok, type Result } from "#base/result.js";
import type { PolicyFile } from "#config/layers/policy-layer.js";
import { isFolder } from "#edge/surroundings.js";
import { noticeFolders } from "./notice-folders.js";

/** What the kubelet swaps by rename: the folder that holds a volume's files. */
const DATA = "..data";
/** A reading that was overtaken by a swap begins anew. */
const TRIES_MAX = 10;
/** A ConfigMap holds no more, all keys together. What is larger is no setting, and is not read. */
const POLICY_BYTES_MAX = 1024 * 1024;
/** Where nothing notifies (some network file systems), changes are found out by looking. */
const LOOK_MS = 10_000;

export interface PolicyFailure {
  readonly path: string;
  /** An errno, such as EACCES; EFBIG: larger than 1 MiB. */
  readonly code: string;
}

/**
 * Every file of the folder and of the volumes below it, each volume as one version: a swap in the middle of the reading is never
 * seen in halves. Empty when there is no such folder.
 */
export function readPolicyFolder(folder: string): Result<readonly PolicyFile[], PolicyFailure> {
  for (let tried = 1; ; tried++) {
    try {
      return ok(volumesOf(folder).flatMap((volume) => readVolume(volume, POLICY_BYTES_MAX)));
    } catch (error) {
      const { code = "unknown", path = folder } = error as NodeJS.ErrnoException;
      const overtaken = code === "ENOENT" && tried < TRIES_MAX;
      if (!overtaken) return fail({ path, code });
    }
  }
}

function volumesOf(folder: string): string[] {
  if (!isFolder(folder)) return [];
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => `${folder}/${name}`);
  return [folder, ...below];
}

/**
 * The files of one volume as one version. Throws an error with `code`; ENOENT when a swap overtook the reading, EFBIG when a file
 * has more than `bytesMax`.
 */
export function readVolume(volume: string, bytesMax = Number.POSITIVE_INFINITY): PolicyFile[] {
  // Resolved once: the names and their contents come from one version.
  const swapped = lstatSync(`${volume}/${DATA}`, { throwIfNoEntry: false }) !== undefined;
  const version = swapped ? realpathSync(`${volume}/${DATA}`) : volume;
  const files = readdirSync(version)
    .filter((name) => !name.startsWith("."))
    .sort()
    .flatMap((name) => {
      const stat = statSync(`${version}/${name}`);
      if (!stat.isFile()) return [];
      const path = `${volume}/${name}`;
      if (stat.size > bytesMax)
        throw Object.assign(new Error("too large"), { code: "EFBIG", path });
      const text = readFileSync(`${version}/${name}`, "utf8");
      return [{ name, path, text, changedAtMs: stat.mtimeMs }];
    });
  // A version is taken away file by file, after the swap: what still counts was whole.
  if (swapped && realpathSync(`${volume}/${DATA}`) !== version) throw OVERTAKEN;
  return files;
}

const OVERTAKEN = Object.assign(new Error("overtaken by a swap"), { code: "ENOENT" });

/** The folder itself, and what is mounted below it; empty when there is no such folder. */
export function policyVolumes(folder: string): readonly string[] {
  try {
    return volumesOf(folder);
  } catch {
    return [];
  }
}

/** Calls back a moment after the folder, or a volume below it, has changed. Answers a function that ends that. */
export function watchPolicyFolder(folder: string, changed: () => void): () => void {
  return noticeFolders(() => policyVolumes(folder), LOOK_MS, changed);
}
