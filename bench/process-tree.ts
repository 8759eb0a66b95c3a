import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What a tool itself costs: its whole process tree without the service and what it starts. */
export interface TreeCost {
  readonly rssBytes: number;
  /** Processor time used so far, in ms. */
  readonly cpuMs: number;
}

/** `serviceBelow`: programs that lie below this folder are the service. */
export function treeCost(root: number, serviceBelow: string): TreeCost {
  const children = childrenOf();
  let rssBytes = 0;
  let cpuMs = 0;
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (isBelow(pid, serviceBelow)) continue;
    rssBytes += rssOf(pid);
    cpuMs += cpuOf(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return { rssBytes, cpuMs };
}

/** Processor time the whole machine has used so far, in ms of one core. */
export function machineCpuMs(): number {
  const [, ...ticks] = (read("/proc/stat").split("\n")[0] ?? "").trim().split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks.map(Number);
  // USER_HZ is 100 on every architecture that Linux tells user space about.
  return (user + nice + system + irq + softirq) * 10;
}

/** The processes of a tree, the root first. */
export function treeOf(root: number): readonly number[] {
  const children = childrenOf();
  const all = [root];
  for (const pid of all) all.push(...(children.get(pid) ?? []));
  return all;
}

/** Processes whose program lies below this folder, whoever their parent is now. */
export function programsBelow(folder: string): readonly number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => isBelow(pid, folder));
}

function childrenOf(): ReadonlyMap<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /\) \S (\d+)/.exec(read(`/proc/${name}/stat`))?.[1];
    if (parent === undefined) continue;
    const list = children.get(Number(parent)) ?? [];
    list.push(Number(name));
    children.set(Number(parent), list);
  }
  return children;
}

function isBelow(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

function rssOf(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`));
  return match === null ? 0 : Number(match[1]) * 1_024;
}

/** By the scheduler's nanoseconds of every thread: the usual ticks of 10 ms are too coarse for an idle process. */
function cpuOf(pid: number): number {
  let nanoseconds = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] ?? 0);
    }
  } catch {
    // It ended meanwhile: an idle tool has no such processes.
  }
  return nanoseconds / 1e6;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
