import { spawnSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";

/** What a measurement was made on; nothing that tells whose machine it is. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  /** null: there is no Go here. */
  readonly go: string | null;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    cores: all.length,
    processor: all[0]?.model.trim() ?? "unknown",
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${/^\d+\.\d+/.exec(release())?.[0] ?? release()}`,
    node: `Node ${process.versions.node}`,
    go: goVersion(),
  };
}

function goVersion(): string | null {
  const result = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8", timeout: 10_000 });
  return result.status === 0 ? `Go ${result.stdout.trim().replace(/^go/, "")}` : null;
}

export function machineText(machine: Machine): string {
  const { cores, processor, memoryGib, kernel, node, go } = machine;
  const parts = [`${cores} cores (${processor})`, `${memoryGib} GiB`, kernel, node, go];
  return parts.filter((part) => part !== null).join(", ");
}
