import type { Prng } from "#base/prng.js";
import type { Pod } from "#model/kube/pod.js";
import type { Micros } from "#model/life/life-event.js";
import type { Distribution, ServiceModel, TermHandling } from "#simulate/life/life-input.js";

const SECOND_US = 1_000_000;

/** Durations people measure: round ones, odd ones and ones that vary. */
function generateDuration(random: Prng, fromUs: Micros, toUs: Micros): Distribution {
  const one = (): Micros => {
    const us = fromUs + random.below(toUs - fromUs + 1);
    return random.chance(1, 2) ? us : Math.max(fromUs, us - (us % 100_000));
  };
  const sorted = (count: number): Micros[] =>
    Array.from({ length: count }, one).sort((a, b) => a - b);
  switch (random.below(8)) {
    case 0: {
      const [from = 0, to = 0] = sorted(2);
      return { kind: "uniform", fromUs: from, toUs: to };
    }
    case 1: {
      const [p50 = 0, p95 = 0, max = 0] = sorted(3);
      return { kind: "quantiles", p50, p95, max, count: 1 + random.below(40) };
    }
    case 2:
      return { kind: "empirical", samplesUs: sorted(1 + random.below(8)) };
    default:
      return { kind: "const", us: one() };
  }
}

/** A service that is measured completely. */
export function generateService(random: Prng, pod: Pod): ServiceModel {
  const lasting = (fromS: number, toS: number): Distribution =>
    generateDuration(random, fromS * SECOND_US, toS * SECOND_US);
  const health = random.pick([0, 0, 0.002, 0.2, 0.8]);
  return {
    container: "api",
    build: lasting(0.1, 12),
    coldBuild: lasting(1, 45),
    appStart: lasting(0.05, 6),
    coldStart: lasting(0.1, 20),
    stopTime: lasting(0, 4),
    drain: lasting(0, 6),
    healthLatency: { kind: "const", us: Math.round(health * SECOND_US) },
    healthLatencyBuild: null,
    imagePull: { kind: "const", us: 0 },
    init: Object.fromEntries(pod.spec.initContainers.map(({ name }) => [name, lasting(0.1, 8)])),
    onTerm: termHandling(random),
    whileDown: "refused",
    whileStarting: random.pick(["refused", "refused", "503", "silent"] as const),
    rssBytes: null,
    buildRssBytes: null,
  };
}

function termHandling(random: Prng): TermHandling {
  switch (random.below(6)) {
    case 0:
      return { kind: "exits", afterUs: random.below(3 * SECOND_US), code: 0 };
    case 1:
      return { kind: "default" };
    case 2:
      return { kind: "go-default" };
    case 3:
      return { kind: "ignores" };
    default:
      return { kind: "drains", code: 0 };
  }
}
