import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { findProgram } from "#edge/surroundings.js";
import type { FoundNeed } from "#model/lab/lab-report.js";
import { namespaceProblem } from "./namespaces.js";

/** What was found of the needs; `howToGet` is said of those that were not. */
export interface DetectedNeeds {
  readonly all: readonly FoundNeed[];
  /** The path of a program; null: it was not found, or the need is no program. */
  path(need: string): string | null;
  /** A writable folder of another file system. */
  readonly otherFileSystem: string | null;
}

/** Programs that are a need under their own name, and how each tells its version. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  go: ["version"],
  flock: ["--version"],
  inotifywait: ["--help"],
  python3: ["--version"],
  air: ["-v"],
};

/** Looks for each once. `workFolder`: where the lab works. */
export function detectNeeds(
  needs: Readonly<Record<string, string>>,
  workFolder: string,
): DetectedNeeds {
  const paths = new Map<string, string>();
  const other = otherFileSystem(workFolder);
  const look = (need: string): string | null => {
    switch (need) {
      case "linux":
        return process.platform === "linux" ? "Linux" : null;
      case "second-fs":
        return other;
      case "namespaces": {
        const problem = namespaceProblem();
        return problem === null ? "unshare" : null;
      }
      default: {
        const path = findAnywhere(need === "cgo" ? compilerName() : need);
        if (path === null) return null;
        paths.set(need, path);
        const flags = PROGRAMS[need];
        return flags === undefined ? path : `${path}: ${versionOf(path, flags)}`;
      }
    }
  };
  const all = Object.entries(needs).map(([need, howToGet]): FoundNeed => {
    const detail = look(need);
    return { need, found: detail !== null, detail: detail ?? howToGet };
  });
  return { all, path: (need) => paths.get(need) ?? null, otherFileSystem: other };
}

/** Also where only root's PATH leads: programs of the system that anybody may run. */
function findAnywhere(name: string): string | null {
  const places = [name, `/usr/sbin/${name}`, `/sbin/${name}`];
  return (
    places.map((place) => findProgram(place, process.cwd())).find((path) => path !== null) ?? null
  );
}

const compilerName = (): string => process.env.CC ?? "gcc";

function versionOf(path: string, flags: readonly string[]): string {
  const { stdout, stderr } = spawnSync(path, flags, { encoding: "utf8", timeout: 10_000 });
  const text = `${stdout ?? ""}\n${stderr ?? ""}`;
  return (
    text
      .split("\n")
      .find((line) => /\d/.test(line))
      ?.trim() ?? ""
  );
}

/** The usual memory file systems first: they are there in nearly every container. */
function otherFileSystem(workFolder: string): string | null {
  const { dev } = statSync(workFolder);
  for (const folder of ["/dev/shm", "/run", "/tmp", "/var/tmp"]) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined || found.dev === dev || !isWritable(folder)) continue;
    return folder;
  }
  return null;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
