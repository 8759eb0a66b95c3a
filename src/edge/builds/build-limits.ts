import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

/** What a build may use. */
export interface BuildLimits {
  /** Whole cores, at least 1. */
  readonly cores: number;
  /** null: no limit is set. */
  readonly memoryBytes: number | null;
}

/** The compiler of one package takes about that much. */
const JOB_BYTES = 384 * 2 ** 20;

/** The container's own limits, cgroup v1 or v2, the smallest of all levels that can be seen. `root` is for tests. */
export function readBuildLimits(root = "/", cores = availableParallelism()): BuildLimits {
  const quotas: number[] = [cores];
  const memory: number[] = [];
  for (const [controllers, folders] of cgroupFolders(root)) {
    for (const folder of folders) {
      if (controllers === "v2") {
        quotas.push(quota(...pair(text(join(folder, "cpu.max")))));
        memory.push(amount(text(join(folder, "memory.max"))));
      } else if (controllers.includes("cpu")) {
        const period = text(join(folder, "cpu.cfs_period_us"));
        quotas.push(quota(text(join(folder, "cpu.cfs_quota_us")), period));
      } else if (controllers.includes("memory")) {
        memory.push(amount(text(join(folder, "memory.limit_in_bytes"))));
      }
    }
  }
  const limit = Math.min(...memory, Number.POSITIVE_INFINITY);
  return {
    cores: Math.max(1, Math.floor(Math.min(...quotas))),
    memoryBytes: Number.isFinite(limit) ? limit : null,
  };
}

/** How many packages to compile at once, and the soft memory limit of each Go process, in bytes. */
export function goJobs({ cores, memoryBytes }: BuildLimits): {
  jobs: number;
  memoryBytes: number | null;
} {
  if (memoryBytes === null) return { jobs: cores, memoryBytes: null };
  // The service lives in the same container: half is the build's at most.
  const share = memoryBytes / 2;
  const jobs = Math.max(1, Math.min(cores, Math.floor(share / JOB_BYTES)));
  return { jobs, memoryBytes: Math.max(64 * 2 ** 20, Math.floor(share / jobs)) };
}

/** Each controller's folders, from the container's own up to the root of what is mounted. */
function cgroupFolders(root: string): [string, string[]][] {
  const mount = join(root, "sys/fs/cgroup");
  const unified = text(join(mount, "cgroup.controllers")) !== "";
  return text(join(root, "proc/self/cgroup"))
    .split("\n")
    .flatMap((line): [string, string[]][] => {
      const [, names = "", path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      if (path === undefined) return [];
      if (names === "") return unified ? [["v2", upward(mount, path)]] : [];
      const controllers = names.split(",");
      const wanted = controllers.find((name) => name === "cpu" || name === "memory");
      return wanted === undefined ? [] : [[wanted, upward(join(mount, wanted), path)]];
    });
}

function upward(mount: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = path.startsWith("/..") ? "/" : path; ; at = dirname(at)) {
    folders.push(join(mount, at));
    if (at === "/" || at === ".") return folders;
  }
}

const pair = (line: string): [string, string] => {
  const [first = "", second = ""] = line.split(" ");
  return [first, second];
};

function quota(quotaUs: string, periodUs: string): number {
  const [used, period] = [Number(quotaUs), Number(periodUs)];
  return used > 0 && period > 0 ? used / period : Number.POSITIVE_INFINITY;
}

/** v1 says "no limit" by a number that no machine has. */
function amount(line: string): number {
  const bytes = Number(line);
  return line !== "" && bytes > 0 && bytes < 2 ** 60 ? bytes : Number.POSITIVE_INFINITY;
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
