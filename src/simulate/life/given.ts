import type { ProbeKind } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { Distribution, LifeInput } from "./life-input.js";
import { middleOf, type Stream, streamOf } from "./time/stream.js";

/** One choice of everything that the inputs leave open: the phases of probes, and what the node takes its time for. */
export interface Given {
  /** Shown with every figure of a single run: `expected`, `seed 7`. */
  readonly name: string;
  /**
   * Where in its period a worker's tick falls, from the instant its pod's first container starts: 0 to below the period. null: as it
   * comes when the worker begins with the pod.
   */
  phaseUs(pod: number, container: string, kind: ProbeKind, periodUs: Micros): Micros | null;
  /** A stream for everything that is drawn. */
  stream(path: string): Stream;
  detectionUs(pod: number, stream: Stream): Micros;
  requeueJitter(pod: number, stream: Stream): number;
  endpointLagUs(pod: number, stream: Stream): Micros;
}

/** Every open time at one end of its range or in its middle. Durations that were measured are at their medians. */
export function fixedGiven(input: LifeInput, at: "earliest" | "expected" | "latest"): Given {
  const pick = PICKS[at];
  const constant: Stream = { next: () => 0.5, draw: middleOf };
  return {
    name: at,
    phaseUs: (_, __, ___, periodUs) => pick(0, Math.floor(periodUs / 2), periodUs - 1),
    stream: () => constant,
    detectionUs: () => endOf(input.node.detectionUs, at),
    requeueJitter: () => input.node.requeueJitter,
    endpointLagUs: () => endOf(input.node.endpointLag, at),
  };
}

/** As the node would do it if nothing took time by chance: the worker's ticks come from the pod's first sync on. */
export function naturalGiven(input: LifeInput): Given {
  return { ...fixedGiven(input, "expected"), name: "natural", phaseUs: () => null };
}

/** All by chance, from one seed. */
export function sampledGiven(input: LifeInput, seed: number): Given {
  return {
    name: `seed ${seed}`,
    phaseUs(pod, container, kind, periodUs) {
      return Math.floor(streamOf(seed, `${pod}/${container}/${kind}`).next() * periodUs);
    },
    stream: (path) => streamOf(seed, path),
    detectionUs: (_, stream) => stream.draw(input.node.detectionUs),
    requeueJitter: (_, stream) => 1 + stream.next() / 2,
    endpointLagUs: (_, stream) => stream.draw(input.node.endpointLag),
  };
}

/** As `base`, with the phase of one worker chosen. */
export function withPhase(
  base: Given,
  chosen: { readonly pod: number; readonly container: string; readonly kind: ProbeKind },
  phaseUs: Micros,
): Given {
  return {
    ...base,
    name: `phase ${phaseUs / 1_000_000}s`,
    phaseUs: (pod, container, kind, periodUs) =>
      pod === chosen.pod && container === chosen.container && kind === chosen.kind
        ? phaseUs
        : base.phaseUs(pod, container, kind, periodUs),
  };
}

const PICKS = {
  earliest: (first: Micros, _middle: Micros, _last: Micros): Micros => first,
  expected: (_first: Micros, middle: Micros, _last: Micros): Micros => middle,
  latest: (_first: Micros, _middle: Micros, last: Micros): Micros => last,
};

function endOf(distribution: Distribution, at: "earliest" | "expected" | "latest"): Micros {
  if (at === "expected") return middleOf(distribution);
  switch (distribution.kind) {
    case "const":
      return distribution.us;
    case "uniform":
      return at === "earliest" ? distribution.fromUs : distribution.toUs;
    case "quantiles":
      return at === "earliest" ? 0 : distribution.max;
    case "empirical":
      return distribution.samplesUs.reduce(
        (found, us) => (at === "earliest" ? Math.min(found, us) : Math.max(found, us)),
        distribution.samplesUs[0] ?? 0,
      );
    case "lognormal":
      return middleOf(distribution);
  }
}
