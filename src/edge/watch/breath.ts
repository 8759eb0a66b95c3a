import { setImmediate } from "node:timers/promises";

/** Lets the event loop turn during long synchronous work, so that probes are answered while a large tree is read. */
export interface Breath {
  isDue(): boolean;
  take(): Promise<void>;
}

const SLICE_MS = 3;

export function breath(): Breath {
  let until = performance.now() + SLICE_MS;
  return {
    isDue: () => performance.now() >= until,
    take: async () => {
      await setImmediate();
      until = performance.now() + SLICE_MS;
    },
  };
}
