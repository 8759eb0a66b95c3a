import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
  type Reading,
  startWatching,
  type Watching,
  type WatchSettings,
} from "#edge/watch/start-watching.js";
import type { WatchWarning } from "#edge/watch/watch-warning.js";

/** A watcher under test. */
export interface Watched {
  readonly watching: Watching;
  readonly warnings: WatchWarning[];
  readonly notices: () => number;
  /** Until `done` holds for a reading taken after a notice, or now. Fails after five seconds. */
  until(done: (reading: Reading) => boolean): Promise<Reading>;
  /** Acts, and reads once something was noticed. */
  after(act: () => void | Promise<void>): Promise<Reading>;
}

export const LIMIT_MS = 5_000;

export function watched(t: TestContext, cwd: string, more: Partial<WatchSettings> = {}): Watched {
  let count = 0;
  let wake: (() => void) | null = null;
  const warnings: WatchWarning[] = [];
  const settings: WatchSettings = {
    cwd,
    recipe: "go",
    artifact: null,
    watch: [cwd],
    ignore: [],
    poll: "auto",
    store: { dir: `${cwd}/.hotpod/store`, keep: 3 },
    ...more,
  };
  const onNotice = (): void => {
    count += 1;
    wake?.();
  };
  const watching = startWatching(settings, onNotice, (warning) => warnings.push(warning));
  t.after(() => watching.close());
  const noticed = (since: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (count > since) return resolve();
      const timer = setTimeout(() => reject(new Error("nothing was noticed")), LIMIT_MS);
      wake = () => {
        clearTimeout(timer);
        wake = null;
        resolve();
      };
    });
  return {
    watching,
    warnings,
    notices: () => count,
    until: async (done) => {
      const began = performance.now();
      for (;;) {
        const since = count;
        const reading = await watching.read();
        if (done(reading)) return reading;
        assert.ok(performance.now() - began < LIMIT_MS, "it never came to that");
        await noticed(since);
      }
    },
    after: async (act) => {
      const since = count;
      await act();
      await noticed(since);
      return await watching.read();
    },
  };
}
