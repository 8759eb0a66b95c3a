import { type Prng, prng } from "#base/prng.js";
import type { Pod } from "#model/kube/pod.js";
import type { LifeInput, NodeModel, Reload } from "#simulate/life/life-input.js";
import { generateFaults, generateSaves } from "./generate-events.js";
import { generatePod } from "./generate-pod.js";
import { generatePolicy } from "./generate-policy.js";
import { generateService } from "./generate-service.js";

const SECOND_US = 1_000_000;
/** After the last save and fault: what it may take until everything is still again. */
export const QUIET_US = 180 * SECOND_US;

/** One random simulation: a pod, what was measured of its service, what is done to it. The same number makes the same. */
export function generateCase(seed: number, reloadWith: "hotpod" | Reload): LifeInput {
  const random = prng(seed);
  const template = generatePod(random, reloadWith === "hotpod");
  const busyUs = (30 + random.below(300)) * SECOND_US;
  const reload = reloadWith === "hotpod" ? hotpod(random, template) : reloadWith;
  return {
    workload: {
      kind: "Pod",
      name: template.name,
      namespace: template.namespace,
      template,
      replicas: 1,
      rollout: null,
    },
    minor: 31 + random.below(6),
    runtime: random.pick(["containerd", "crio"] as const),
    service: generateService(random, template),
    reload,
    saves: generateSaves(random, busyUs),
    faults: generateFaults(random, busyUs),
    clients: {
      ratePerS: random.pick([0, 10, 200]),
      serviceUs: random.pick([1_000, 50_000, 400_000]),
      timeoutUs: 5 * SECOND_US,
      keepAlive: random.pick([0, 0.5, 1]),
      longestPauseUs: random.pick([0, SECOND_US, 10 * SECOND_US]),
      looksAtIdle: random.chance(1, 2),
      long: { count: 0, durationUs: 0 },
    },
    durationUs: busyUs + QUIET_US,
    phase: { kind: "sampled", runs: 1 },
    seed,
    rollout: false,
    fleet: null,
    node: node(random),
  };
}

/** hotpod is told its grace, as the documents demand: what is left after preStop. */
function hotpod(random: Prng, { spec }: Pod): Reload {
  const api = spec.containers.find(({ name }) => name === "api");
  const preStop = api?.lifecycle.preStop;
  const used = preStop?.kind === "sleep" ? preStop.seconds : 0;
  const left = Math.max(2, spec.terminationGracePeriodSeconds - used);
  return { kind: "hotpod", policy: generatePolicy(random, left) };
}

function node(random: Prng): NodeModel {
  return {
    containerStartUs: random.below(3 * SECOND_US),
    detectionUs: { kind: "uniform", fromUs: 1, toUs: SECOND_US },
    requeueJitter: 1 + random.below(501) / 1_000,
    endpointLag: { kind: "uniform", fromUs: 0, toUs: 2 * SECOND_US },
    wallFraction: random.below(1_000) / 1_000,
    kubeletAgeUs: random.chance(1, 6) ? 0 : 86_400 * SECOND_US,
  };
}
