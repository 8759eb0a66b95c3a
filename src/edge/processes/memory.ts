import { readFileSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { MemoryReading } from "#model/memory-reading.js";

/**
 * What the cgroups this process is in allow and use, in bytes. null: no limit is set, or it cannot be read. `root` is where
 * the file system begins.
 */
export function readMemory(root = "/"): Omit<MemoryReading, "generationBytes"> | null {
  const levels = cgroupFolders(root).flatMap((folder) => readLevel(folder) ?? []);
  const tightest = levels.reduce<Level | null>(
    (found, level) => (found === null || room(level) < room(found) ? level : found),
    null,
  );
  if (tightest === null) return null;
  // After a container restart the content of a memory-backed volume is charged to the pod and seen nowhere inside.
  const unseen = Math.max(0, memoryBackedBytes(root) - tightest.shmemBytes);
  return { limitBytes: tightest.limitBytes, usedBytes: tightest.usedBytes + unseen };
}

/**
 * What these processes could not give back: anonymous and shared memory and page tables. Their files are left out, being
 * reclaimable; memory shared after a fork counts once a process, so the sum is an upper bound.
 */
export function unreclaimableBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processBytes(pid), 0);
}

interface Level {
  readonly limitBytes: number;
  /** Without page cache. */
  readonly usedBytes: number;
  readonly shmemBytes: number;
}

const room = (level: Level): number => level.limitBytes - level.usedBytes;

/** Version 1 writes a number near 2^63 when there is no limit. */
const NO_LIMIT_BYTES = 2 ** 60;

function readLevel(folder: string): Level | null {
  const read = (name: string) => readText(join(folder, name))?.trim() ?? null;
  const v2 = read("memory.max");
  const limit = Number(v2 ?? read("memory.limit_in_bytes") ?? Number.NaN);
  if (!Number.isFinite(limit) || limit >= NO_LIMIT_BYTES) return null;
  const usage = Number(read(v2 === null ? "memory.usage_in_bytes" : "memory.current"));
  const stat = new Map(
    (read("memory.stat") ?? "").split("\n").map((line) => {
      const [name = "", value = ""] = line.split(" ");
      return [name, Number(value)];
    }),
  );
  const prefix = v2 === null ? "total_" : "";
  const counted = (name: string) => stat.get(prefix + name) ?? stat.get(name) ?? 0;
  const cache = counted("inactive_file") + counted("active_file");
  const usedBytes = Math.max(0, usage - cache);
  return { limitBytes: limit, usedBytes, shmemBytes: counted("shmem") };
}

/** From the own cgroup up to the root of what is mounted. Limits of a pod above that cannot be seen. */
function cgroupFolders(root: string): string[] {
  const own = (readText(join(root, "proc/self/cgroup")) ?? "").trim().split("\n");
  const mounts = (readText(join(root, "proc/self/mountinfo")) ?? "").trim().split("\n");
  return mounts.flatMap((mount) => {
    const [left = "", right = ""] = mount.split(" - ");
    const [, , , top = "/", point = ""] = left.split(" ");
    const [type, , options = ""] = right.split(" ");
    const v1 = type === "cgroup" && options.split(",").includes("memory");
    if (!v1 && type !== "cgroup2") return [];
    const line = own.find((entry) => (v1 ? /^\d+:([^:]+,)?memory[,:]/ : /^0::/).test(entry));
    const path = line?.slice(line.indexOf("/")) ?? "/";
    const inside = top !== "/" && path.startsWith(top) ? path.slice(top.length) : path;
    const parts = inside.split("/").filter((part) => part !== "" && part !== "..");
    return parts
      .map((_, index) => join(root, point, ...parts.slice(0, parts.length - index)))
      .concat(join(root, point));
  });
}

/** What writable tmpfs mounts hold (`medium: Memory` volumes); a volume mounted twice counts once. */
function memoryBackedBytes(root: string): number {
  const seen = new Set<number>();
  let sum = 0;
  for (const line of (readText(join(root, "proc/self/mounts")) ?? "").trim().split("\n")) {
    const [, point = "", type, options = ""] = line.split(" ");
    const writable = options.split(",").includes("rw");
    if (type !== "tmpfs" || !writable || /^\/(dev|sys|proc)(\/|$)/.test(point)) continue;
    try {
      const path = join(root, point.replaceAll("\\040", " "));
      const { dev } = statSync(path);
      if (seen.has(dev)) continue;
      seen.add(dev);
      const { blocks, bfree, bsize } = statfsSync(path);
      sum += (blocks - bfree) * bsize;
    } catch {
      // Not ours to look at, or just unmounted.
    }
  }
  return sum;
}

function processBytes(pid: number): number {
  const status = readText(`/proc/${pid}/status`) ?? "";
  const kibibytes = [...status.matchAll(/^(?:RssAnon|RssShmem|VmPTE):\s+(\d+) kB$/gm)];
  return kibibytes.reduce((sum, [, value]) => sum + Number(value) * 1024, 0);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
