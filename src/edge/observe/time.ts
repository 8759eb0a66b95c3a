/** CLOCK_MONOTONIC in ms: the same for every process of this machine, so that instants can be compared. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/** Acts again and again until the returned function is called. */
export function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => clearInterval(timer);
}
