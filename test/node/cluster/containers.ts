import { readFile } from "node:fs/promises";
import { run } from "./kubectl.js";

/** Host pid of the container's PID 1. */
export async function hostPid(containerId: string): Promise<number> {
  const socket = process.env.HOTPOD_NODE_SOCK ?? "";
  const table = await run("ctr", ["-a", socket, "-n", "k8s.io", "tasks", "ls"]);
  const row = table.split("\n").find((line) => line.startsWith(containerId));
  const pid = Number(row?.split(/\s+/)[1]);
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${containerId} is not running`);
  return pid;
}

export interface ContainerMemory {
  readonly limitBytes: number;
  readonly peakBytes: number;
  /** How many processes the kernel killed for want of memory. */
  readonly oomKills: number;
}

/** The container's memory as the kernel accounts it, cgroup v1 or v2. */
export async function memoryOf(pid: number): Promise<ContainerMemory> {
  const lines = (await readFile(`/proc/${pid}/cgroup`, "utf8")).split("\n");
  const v1 = lines.find((line) => /^\d+:memory:/.test(line))?.replace(/^\d+:memory:/, "");
  const v2 = lines.find((line) => line.startsWith("0::"))?.slice(3) ?? "";
  const folder = v1 === undefined ? `/sys/fs/cgroup${v2}` : `/sys/fs/cgroup/memory${v1}`;
  const read = (name: string): Promise<string> => readFile(`${folder}/${name}`, "utf8");
  const killed = (text: string): number => Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0);
  if (v1 === undefined) {
    return {
      limitBytes: Number(await read("memory.max")),
      peakBytes: Number(await read("memory.peak")),
      oomKills: killed(await read("memory.events")),
    };
  }
  return {
    limitBytes: Number(await read("memory.limit_in_bytes")),
    peakBytes: Number(await read("memory.max_usage_in_bytes")),
    oomKills: killed(await read("memory.oom_control")),
  };
}

/**
 * The kubelet's own counts of a pod's probes, by type (Readiness, Liveness, Startup). Events are thinned out by
 * Kubernetes and cannot be counted.
 */
export async function probeCounts(
  pod: string,
  result: "failed" | "successful",
): Promise<Readonly<Record<string, number>>> {
  const text = await run("kubectl", ["get", "--raw", "/api/v1/nodes/node1/proxy/metrics/probes"]);
  const counts: Record<string, number> = {};
  for (const line of text.split("\n")) {
    if (!line.startsWith("prober_probe_total{") || !line.includes(`pod="${pod}"`)) continue;
    if (!line.includes(`result="${result}"`)) continue;
    const type = /probe_type="([^"]*)"/.exec(line)?.[1] ?? "";
    counts[type] = (counts[type] ?? 0) + Number(line.split(" ").at(-1));
  }
  return counts;
}
