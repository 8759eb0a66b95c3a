/** What the load command needs of the process it runs in. */
export interface LoadProcess {
  print(text: string): void;
  /** CLOCK_MONOTONIC in ms: the same for every process of this machine, so that instants can be compared. */
  monotonicMs(): number;
  every(ms: number, act: () => void): void;
  /** Until the time is over, standard input ends, nobody reads the output, or SIGINT or SIGTERM comes. */
  untilStopped(when: { durationMs: number | null; stdinCloses: boolean }): Promise<void>;
}

export function loadProcess(): LoadProcess {
  const timers: NodeJS.Timeout[] = [];
  return {
    print: (text) => process.stdout.write(text),
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
    every: (ms, act) => timers.push(setInterval(act, ms)),
    untilStopped: ({ durationMs, stdinCloses }) =>
      new Promise((resolve) => {
        const stop = (): void => {
          for (const timer of timers) clearInterval(timer);
          if (stdinCloses) process.stdin.destroy();
          resolve();
        };
        process.on("SIGINT", stop);
        process.on("SIGTERM", stop);
        process.stdout.on("error", stop);
        if (durationMs !== null) timers.push(setTimeout(stop, durationMs));
        if (stdinCloses) process.stdin.on("end", stop).on("error", stop).resume();
      }),
  };
}
