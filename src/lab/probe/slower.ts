import type { LabBench } from "#ports/lab/lab-bench.js";

/** The bench, where a nominal second lasts that many times as long: for what real processes must not disturb by the time they take themselves. */
export function slower(bench: LabBench, times: number): LabBench {
  return { ...bench, scale: bench.scale * times };
}
