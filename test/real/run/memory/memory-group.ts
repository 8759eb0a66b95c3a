import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A memory control group, as a container has one. */
export interface MemoryGroup {
  readonly folder: string;
  limit(bytes: number): void;
  /** What could not be given back, in bytes. */
  usedBytes(): number;
  /** How many processes the kernel has killed in it for want of memory. */
  oomKills(): number;
}

/** How the two versions of control groups name the same things. */
const VERSIONS = {
  1: {
    type: "cgroup",
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    cache: ["total_inactive_file", "total_active_file"],
    oom: "memory.oom_control",
  },
  2: {
    type: "cgroup2",
    limit: "memory.max",
    used: "memory.current",
    cache: ["inactive_file", "active_file"],
    oom: "memory.events",
  },
} as const;
export type GroupVersion = keyof typeof VERSIONS;

/** Removed by whoever got it, once it is empty. null where this user may make none: said aloud. */
export function openMemoryGroup(
  t: TestContext,
  version: GroupVersion,
  limitBytes: number,
): MemoryGroup | null {
  const names = VERSIONS[version];
  const folder = join(hierarchyOf(version) ?? "", `hotpod-test-${process.pid}-${Date.now()}`);
  try {
    prepare(version);
    mkdirSync(folder);
    writeFileSync(join(folder, names.limit), `${limitBytes}`);
  } catch (error) {
    removeIfThere(folder);
    t.skip(`no memory control group of version ${version} can be made here: ${error}`);
    return null;
  }
  const read = (name: string): string => readFileSync(join(folder, name), "utf8").trim();
  const counted = (file: string, name: string): number =>
    Number(new RegExp(`^${name} (\\d+)$`, "m").exec(read(file))?.[1] ?? 0);
  return {
    folder,
    limit: (bytes) => writeFileSync(join(folder, names.limit), `${Math.ceil(bytes)}`),
    usedBytes: () =>
      names.cache.reduce(
        (left, name) => left - counted("memory.stat", name),
        Number(read(names.used)),
      ),
    oomKills: () => counted(names.oom, "oom_kill"),
  };
}

/** Where the memory controller of this version is mounted; null: nowhere. */
function hierarchyOf(version: GroupVersion): string | null {
  for (const line of readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const [type, , options = ""] = right.split(" ");
    if (type !== VERSIONS[version].type) continue;
    const point = left.split(" ")[4] ?? "";
    if (version === 2 || options.split(",").includes("memory")) return point;
  }
  return null;
}

/** Throws where no group can be limited, with the reason. */
function prepare(version: GroupVersion): void {
  const top = hierarchyOf(version);
  if (top === null) throw new Error("it is mounted nowhere");
  if (version === 1) return;
  const words = (name: string): string[] => readFileSync(join(top, name), "utf8").trim().split(" ");
  const there = words("cgroup.controllers");
  if (!there.includes("memory")) {
    throw new Error(`${top}/cgroup.controllers has no memory, only ${there.join(", ") || "none"}`);
  }
  if (!words("cgroup.subtree_control").includes("memory")) {
    writeFileSync(join(top, "cgroup.subtree_control"), "+memory");
  }
}

function removeIfThere(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was not made.
  }
}
