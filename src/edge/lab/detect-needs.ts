import { accessSync, constants, statSync } from "node:fs";
import { release } from "node:os";
import { readProc } from "#edge/native/read-proc.js";
import { findProgram } from "#edge/surroundings.js";
import { MACHINES } from "#edge/transparent/calls/machine-abi.js";
import type { FoundNeed } from "#model/lab/lab-report.js";
import { goSdkFolder } from "./go-programs.js";
import { namespaceProblem } from "./namespaces.js";
import { programVersion, type VersionSource } from "./program-version.js";

/** What was found of the needs; `howToGet` is said of those that were not. */
export interface DetectedNeeds {
  readonly all: readonly FoundNeed[];
  /** The path of a program; null: it was not found, or the need is no program. */
  path(need: string): string | null;
}

/** Programs that are a need under their own name, and how each tells its version. */
const PROGRAMS: Readonly<Record<string, VersionSource>> = {
  go: ["version"],
  cgo: ["--version"],
  chroot: ["--version"],
  nodemon: ["--version"],
  git: ["--version"],
  flock: ["--version"],
  inotifywait: ["--help"],
  python3: ["--version"],
  bash: ["--version"],
  nginx: ["-v"],
  tini: ["--version"],
  "dumb-init": ["--version"],
  catatonit: ["--version"],
  vim: ["--version"],
  air: ["-v"],
  reflex: "build-info",
  CompileDaemon: "build-info",
  entr: [],
};

/** Looks for each once. `other`: a writable folder of another file system; null: there is none. */
export function detectNeeds(
  needs: Readonly<Record<string, string>>,
  other: string | null,
): DetectedNeeds {
  const paths = new Map<string, string>();
  const look = (need: string): string | null => {
    switch (need) {
      case "linux":
        return process.platform === "linux" ? "Linux" : null;
      case "second-fs":
        return other;
      case "namespaces": {
        const problem = namespaceProblem("pid");
        return problem === null ? "unshare" : null;
      }
      case "go-sdk":
        return goSdkFolder();
      case "net-namespaces":
        return namespaceProblem("net", MIGRATE) === null
          ? "unshare, net.ipv4.tcp_migrate_req"
          : null;
      case "root":
        return process.getuid?.() === 0 && isUserKnown(NOBODY) ? "root" : null;
      case "seccomp-notify":
        return bindNotifications();
      default: {
        const path = findAnywhere(need === "cgo" ? compilerName() : need);
        if (path === null) return null;
        paths.set(need, path);
        const source = PROGRAMS[need];
        const version = source === undefined ? "" : programVersion(path, source);
        return version === "" ? path : `${path}: ${version}`;
      }
    }
  };
  const all = Object.entries(needs).map(([need, howToGet]): FoundNeed => {
    const detail = look(need);
    return { need, found: detail !== null, detail: detail ?? howToGet };
  });
  return { all, path: (need) => paths.get(need) ?? null };
}

const MIGRATE = ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/tcp_migrate_req"];
const NOBODY = 65_534;

/** In a user namespace root may be the only user there is. */
function isUserKnown(user: number): boolean {
  const ranges = (readProc("/proc/self/uid_map") ?? "").trim().split("\n");
  return ranges.some((range) => {
    const [first = 0, , count = 0] = range.trim().split(/\s+/).map(Number);
    return user >= first && user < first + count;
  });
}

/** What `handover: transparent` needs. Whether something else watches the container's system calls already, only a start tells. */
function bindNotifications(): string | null {
  const actions = readProc("/proc/sys/kernel/seccomp/actions_avail")?.split(/\s+/) ?? [];
  const [major = 0, minor = 0] = release().split(".").map(Number);
  const replaces = major > 5 || (major === 5 && minor >= 14);
  if (!actions.includes("user_notif") || !replaces || MACHINES[process.arch] === undefined)
    return null;
  return `seccomp user notification, Linux ${release()}`;
}

/** Also where only root's PATH leads: programs of the system that anybody may run. */
function findAnywhere(name: string): string | null {
  const places = [name, `/usr/sbin/${name}`, `/sbin/${name}`];
  return (
    places.map((place) => findProgram(place, process.cwd())).find((path) => path !== null) ?? null
  );
}

const compilerName = (): string => process.env.CC ?? "gcc";

/** A writable folder of another file system. The usual memory file systems first: they are there in nearly every container. */
export function otherFileSystem(workFolder: string): string | null {
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
