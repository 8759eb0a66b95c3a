import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

/** A process whose SIGKILL takes all its descendants along, as that of a container's PID 1 does. */
export function asContainer(bench: LabBench, process: LabProcess): LabProcess {
  const { processes } = bench;
  const below = (pid: number): readonly number[] =>
    processes.childrenOf(pid).flatMap((child) => [child, ...below(child)]);
  return {
    ...process,
    signal(name) {
      if (name === "SIGKILL") for (const pid of below(process.pid)) processes.signal(pid, name);
      process.signal(name);
    },
  };
}
