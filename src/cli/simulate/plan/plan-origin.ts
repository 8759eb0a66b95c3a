import { exponential } from "#base/exponential.js";
import type { Micros } from "#model/life/life-event.js";
import { fixedGiven } from "#simulate/life/given.js";
import type { Distribution, LifeInput } from "#simulate/life/life-input.js";
import { runLife } from "#simulate/life/run-life.js";

/** Later than this nobody waits for a service to come up. */
const PATIENCE_US = 900_000_000;
const ROUND_US = 10_000_000;

/**
 * When saves and faults are counted from: new connections reach every pod by then, in the slowest start that is to be
 * expected, rounded up to tens of seconds. null: it does not come up.
 */
export function planOrigin(input: LifeInput): Micros | null {
  const slowest = slowestStart(input);
  const run = runLife(slowest, fixedGiven(slowest, "latest"), { events: true });
  const seen = new Map<string, Micros>();
  let answersAt: Micros = 0;
  for (const event of run.events) {
    if (event.ev === "endpointReady" && !seen.has(event.pod)) {
      seen.set(event.pod, event.data.seenAt);
    }
    // Without a readiness probe a pod is Ready long before its program answers.
    if (event.ev === "genReady" && event.gen === 1) answersAt = Math.max(answersAt, event.t);
  }
  if (seen.size < run.pods.length || seen.size === 0) return null;
  return Math.ceil(Math.max(answersAt, ...seen.values()) / ROUND_US) * ROUND_US;
}

/** Pods do not wait for each other at their start: a few show what all do. */
const PODS_MAX = 3;

function slowestStart(input: LifeInput): LifeInput {
  const { service, workload } = input;
  const slow = <D extends Distribution | null>(duration: D): D | Distribution =>
    duration === null ? duration : { kind: "const", us: longest(duration) };
  return {
    ...input,
    workload: { ...workload, replicas: Math.min(PODS_MAX, workload.replicas) },
    service: {
      ...service,
      coldBuild: slow(service.coldBuild),
      coldStart: slow(service.coldStart),
      appStart: slow(service.appStart),
      imagePull: slow(service.imagePull),
      init: Object.fromEntries(
        Object.entries(service.init).map(([name, duration]) => [name, slow(duration)]),
      ),
    },
    saves: [],
    faults: [],
    durationUs: PATIENCE_US,
  };
}

function longest(duration: Distribution): Micros {
  switch (duration.kind) {
    case "const":
      return duration.us;
    case "uniform":
      return duration.toUs;
    case "lognormal":
      // Beyond three deviations there is one start in a thousand.
      return Math.round(duration.medianUs * exponential(3 * duration.sigma));
    case "quantiles":
      return duration.max;
    case "empirical":
      return Math.max(...duration.samplesUs);
  }
}
