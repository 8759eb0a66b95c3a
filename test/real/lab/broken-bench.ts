import type { HotpodOptions, LabBench } from "#ports/lab/lab-bench.js";

/** A bench with one thing done wrongly, so that an arm is set up otherwise than it says. */
export type Breaks = (bench: LabBench) => LabBench;

/** hotpod gets another value for one of its settings. */
export function flag(name: string, value: string): Breaks {
  return hotpodWith(({ args, ...options }) => {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const place = args.indexOf(name);
    const known = place >= 0 && place < end;
    const own = args.slice(0, end).filter((_, at) => !known || (at !== place && at !== place + 1));
    return { ...options, args: [...own, name, value, ...args.slice(end)] };
  });
}

/** The kubelet, and everybody else, asks another path. */
export function pathInsteadOf(path: string, other: string): Breaks {
  return (bench) => {
    const { network } = bench;
    const ask: typeof network.ask = (question) =>
      network.ask(question.path === path ? { ...question, path: other } : question);
    return { ...bench, network: { ...network, ask } };
  };
}

/** Every hotpod has a new store: it was not on a volume. */
export function storeOfItsOwn(): Breaks {
  let stores = 0;
  return (bench) => {
    const storeOfNow = (options: HotpodOptions): HotpodOptions => {
      stores += 1;
      return { ...options, store: `${bench.folder}/store-${stores}` };
    };
    return hotpodWith(storeOfNow)(bench);
  };
}

/** hotpod is not told to stop, but killed. */
export function killedInsteadOfStopped(): Breaks {
  return (bench) => ({
    ...bench,
    async hotpod(options) {
      const hotpod = await bench.hotpod(options);
      const stop = (): Promise<number | string> => {
        hotpod.signal("SIGKILL");
        return hotpod.stop();
      };
      return { ...hotpod, stop };
    },
  });
}

/** Two things at once. */
export function both(one: Breaks, other: Breaks): Breaks {
  return (bench) => other(one(bench));
}

function hotpodWith(change: (options: HotpodOptions) => HotpodOptions): Breaks {
  return (bench) => ({ ...bench, hotpod: (options) => bench.hotpod(change(options)) });
}
