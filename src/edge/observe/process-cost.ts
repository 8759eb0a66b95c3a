/** What this process has cost so far. */
export interface ProcessCost {
  /** Of user and system time. */
  readonly cpuMs: number;
  /** Resident size at its largest. */
  readonly rssBytesMax: number;
}

export function processCost(): ProcessCost {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // maxRSS is in KiB.
  return { cpuMs: (userCPUTime + systemCPUTime) / 1_000, rssBytesMax: maxRSS * 1_024 };
}
