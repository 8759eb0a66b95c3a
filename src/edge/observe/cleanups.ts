/** What has to be undone, in the end or at Ctrl-C, the latest first. */
export interface Cleanups {
  /** After `run` the act is done at once: whatever was still starting then does not stay behind. */
  add(act: () => unknown): void;
  /** Does everything, each once, whatever fails; rejects with the first failure. */
  run(): Promise<void>;
}

export function createCleanups(): Cleanups {
  const acts: (() => unknown)[] = [];
  let over = false;
  return {
    add: (act) => {
      if (over) void act();
      else acts.push(act);
    },
    run: async () => {
      over = true;
      const failures: unknown[] = [];
      for (let act = acts.pop(); act !== undefined; act = acts.pop()) {
        try {
          await act();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
