/** How fast simulations run, with what is needed to tell whether two measurements may be compared. */
export interface BenchFigures {
  readonly format: "hotpod.simulate-bench/v1";
  /** RFC 3339 date. */
  readonly date: string;
  readonly machine: string;
  /** Without fast-forward. */
  readonly podSecondsPerSecond: number;
  readonly podSecondsPerSecondFastForward: number;
  /** Resident size of the whole process at its largest. */
  readonly rssBytes: number;
  /** One pod through 15 minutes in every phase. */
  readonly exactRunMs: number;
  readonly recommendMs: number;
  /** Rounds a second of a fixed calculation: what this machine gave just then. */
  readonly yardstickPerS: number;
  /** Share of the measured time that the process had a core, 0 to 1. */
  readonly cpuShare: number;
}

export type BenchVerdict =
  | { readonly kind: "kept" }
  | { readonly kind: "lost"; readonly losses: readonly Loss[] }
  /** Another machine, or a busy one: nothing can be said. */
  | { readonly kind: "incomparable"; readonly why: string };

export interface Loss {
  readonly figure: string;
  readonly recorded: number;
  readonly measured: number;
  /** 0.25: a quarter slower or larger. */
  readonly loss: number;
}

/** More than this is a loss. */
const LOSS_MAX = 0.2;
/** Below this the process waited for a core: the times are somebody else's. */
const CPU_SHARE_MIN = 0.95;
/** The same calculation as fast as before, give or take: the same kind of machine, and nothing beside it. */
const YARDSTICK_SPREAD = 0.1;

/** Compares a measurement with a recorded one. Fails only where both were taken in the same circumstances. */
export function compareBench(recorded: BenchFigures, measured: BenchFigures): BenchVerdict {
  for (const { cpuShare } of [recorded, measured]) {
    if (cpuShare >= CPU_SHARE_MIN) continue;
    const percent = Math.round(cpuShare * 100);
    return {
      kind: "incomparable",
      why: `the process had a core for only ${percent} % of the time`,
    };
  }
  const ratio = measured.yardstickPerS / recorded.yardstickPerS;
  if (Math.abs(ratio - 1) > YARDSTICK_SPREAD) {
    const percent = Math.round(ratio * 100);
    const why = `this machine does a fixed calculation at ${percent} % of the recorded speed`;
    return { kind: "incomparable", why };
  }
  const speed = ["podSecondsPerSecond", "podSecondsPerSecondFastForward"] as const;
  const cost = ["rssBytes", "exactRunMs", "recommendMs"] as const;
  const losses = [
    ...speed.map((figure) =>
      lossOf(figure, recorded, measured, 1 - measured[figure] / recorded[figure]),
    ),
    ...cost.map((figure) =>
      lossOf(figure, recorded, measured, measured[figure] / recorded[figure] - 1),
    ),
  ].filter(({ loss }) => loss > LOSS_MAX);
  return losses.length === 0 ? { kind: "kept" } : { kind: "lost", losses };
}

function lossOf(
  figure: Exclude<keyof BenchFigures, "format" | "date" | "machine">,
  recorded: BenchFigures,
  measured: BenchFigures,
  loss: number,
): Loss {
  return { figure, recorded: recorded[figure], measured: measured[figure], loss };
}
