import type { Hazard } from "#model/life/life-report.js";
import type { Proof } from "#model/life/recommendation.js";
import type { Distribution, LifeInput, Save, ServiceModel } from "#simulate/life/life-input.js";
import { hazardsOf } from "#simulate/phases/hazards-of.js";
import { survey } from "#simulate/phases/survey.js";
import type { Changes } from "./advise/advice.js";
import { applyChanges } from "./apply-changes.js";
import { factOf } from "./measured.js";
import { swapWindow } from "./swap-window.js";

const SECOND_US = 1_000_000;
/** Samples, where phases cannot be gone through exactly. */
const RUNS = 1_000;

/**
 * The recommended workload, simulated: its start, the given saves or one, and its deletion, with every duration at its longest, over
 * all phases. What no value can prevent, a tool that takes the service down, is not held against them.
 */
export function prove(input: LifeInput, changes: Changes): Proof {
  const swap = swapWindow(input);
  const whole = swap.kind === "known" && swap.window.us === 0;
  const scene = sceneOf(applyChanges(input, changes), whole);
  const found = survey(whole ? scene : withoutReadiness(scene), { runs: RUNS });
  const { joint } = found;
  const hazards = hazardsOf(scene, found).filter((one) => isPreventable(one, whole));
  return {
    origin: joint.origin,
    kind: hazards.length === 0 ? "proved" : "refuted",
    hazards,
    runs: joint.origin.kind === "sampled" ? joint.origin.runs : joint.parts.length,
  };
}

function isPreventable({ kind, text }: Hazard, swapIsWhole: boolean): boolean {
  switch (kind) {
    case "kill":
    case "invariant":
    case "stall":
      return true;
    case "not-ready":
      return swapIsWhole || text.includes("never ready");
    case "lost-requests":
      return swapIsWhole;
    case "never-updated":
      return false;
  }
}

/** Where a reload takes the service down, what readiness makes of that is no value's doing, and kills do not depend on it. */
function withoutReadiness(input: LifeInput): LifeInput {
  const { workload } = input;
  const { spec } = workload.template;
  const containers = spec.containers.map((one) => ({ ...one, readinessProbe: null }));
  const template = { ...workload.template, spec: { ...spec, containers } };
  return { ...input, workload: { ...workload, template } };
}

/** Long enough after the start, and after the last save, for everything to have happened. */
function sceneOf(input: LifeInput, asked: boolean): LifeInput {
  const service = longest(input.service);
  const us = (of: Distribution | null): number => (of?.kind === "const" ? of.us : 0);
  const upUs =
    input.node.containerStartUs +
    Object.values(service.init).reduce((sum, of) => sum + us(of), us(service.imagePull)) +
    Math.max(us(service.coldStart), us(service.coldBuild) + us(service.appStart));
  const swapUs = us(service.build) + us(service.appStart) + us(service.stopTime) + 30 * SECOND_US;
  const beginUs = upUs + 60 * SECOND_US;
  const saves = savesFrom(input, beginUs, swapUs);
  const lastUs = saves.at(-1)?.at ?? beginUs;
  const deletedUs = lastUs + 2 * swapUs;
  const grace = input.workload.template.spec.terminationGracePeriodSeconds;
  return {
    ...input,
    ...{ service, saves, phase: { kind: "exact" }, rollout: false, fleet: null },
    faults: [{ kind: "delete", at: deletedUs, pod: 0 }],
    // Where requests are lost in any case, none are counted.
    clients: { ...input.clients, ratePerS: asked ? Math.max(1, input.clients.ratePerS) : 0 },
    // With another pod beside it, a deletion has somewhere to send its clients.
    workload: { ...input.workload, kind: "Deployment", replicas: 2, rollout: null },
    durationUs: deletedUs + (grace + 10) * SECOND_US,
  };
}

/** At most a handful of what was given: more of the same proves nothing more. */
const SAVES_MAX = 20;

function savesFrom(input: LifeInput, beginUs: number, swapUs: number): readonly Save[] {
  if (input.reload === null) return [];
  const [first] = input.saves;
  if (first === undefined)
    return [0, 1].map((n) => ({ at: beginUs + n * swapUs, outcome: { kind: "ok" } }));
  return input.saves
    .slice(0, SAVES_MAX)
    .map((save) => ({ ...save, at: save.at - first.at + beginUs }));
}

/** Every measured duration at the longest that is to be expected. */
function longest(service: ServiceModel): ServiceModel {
  const end = (name: string, of: Distribution | null): Distribution | null => {
    const fact = factOf(name, of);
    return fact === null ? null : { kind: "const", us: fact.largestUs };
  };
  const init = Object.entries(service.init).map(([name, of]) => [name, end(name, of) ?? of]);
  return {
    ...service,
    build: end("build", service.build),
    coldBuild: end("coldBuild", service.coldBuild),
    appStart: end("appStart", service.appStart),
    coldStart: end("coldStart", service.coldStart),
    stopTime: end("stopTime", service.stopTime),
    // The grace period holds what is usual under way, not the one request that never ends.
    drain: usual(service.drain),
    healthLatency: end("healthLatency", service.healthLatency),
    healthLatencyBuild: end("healthLatencyBuild", service.healthLatencyBuild),
    imagePull: end("imagePull", service.imagePull),
    init: Object.fromEntries(init) as ServiceModel["init"],
  };
}

function usual(of: Distribution | null): Distribution | null {
  const fact = factOf("drain", of);
  return fact === null ? null : { kind: "const", us: fact.us };
}
