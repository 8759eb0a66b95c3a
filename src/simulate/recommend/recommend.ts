import type { Recommendation } from "#model/life/recommendation.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { type Advice, type Changes, joined } from "#simulate/recommend/advise/advice.js";
import { livenessAdvice } from "#simulate/recommend/advise/liveness-advice.js";
import { memoryAdvice } from "#simulate/recommend/advise/memory-advice.js";
import { readinessAdvice } from "#simulate/recommend/advise/readiness-advice.js";
import { rolloutAdvice } from "#simulate/recommend/advise/rollout-advice.js";
import { startupAdvice } from "#simulate/recommend/advise/startup-advice.js";
import { stopAdvice } from "#simulate/recommend/advise/stop-advice.js";
import { swapAdvice } from "#simulate/recommend/advise/swap-advice.js";
import { type KnownFacts, knownFacts } from "./known-facts.js";
import { patchOf } from "./patch-of.js";
import { prove } from "./prove.js";
import { defaultWishes, type Wishes } from "./wishes.js";

/** What is recommended, not yet simulated, and the changes that it is. */
export interface Advised {
  readonly recommendation: Recommendation;
  readonly changes: Changes;
}

/** The smallest safe values for a workload, from what was measured of it. null: the pod has no such container. */
export function recommend(input: LifeInput, wishes: Wishes = defaultWishes): Advised | null {
  const facts = knownFacts(input, wishes);
  if (facts === null) return null;
  const advice = adviceFrom(facts);
  const { workload, service, reload } = input;
  const { kind, namespace, name } = workload;
  return {
    changes: advice.changes,
    recommendation: {
      workload: { kind, namespace, name },
      container: service.container,
      tool: reload === null ? "none" : reload.kind === "hotpod" ? "hotpod" : reload.tool.name,
      objective: wishes.objective,
      values: advice.values,
      impossible: advice.impossible,
      missing: advice.missing,
      patch: patchOf(facts, advice.changes),
      proof: null,
    },
  };
}

/** As `recommend`, simulated before anybody is told. What the proof refutes must not be followed. */
export function recommendProved(
  input: LifeInput,
  wishes: Wishes = defaultWishes,
): Recommendation | null {
  const advised = recommend(input, wishes);
  if (advised === null) return null;
  return { ...advised.recommendation, proof: prove(input, advised.changes) };
}

/** Readiness first, which liveness must not outrun; the stop before the grace that a probe's kill gets. */
function adviceFrom(facts: KnownFacts): Advice {
  const readiness = readinessAdvice(facts);
  const stop = stopAdvice(facts);
  const probe = readiness.changes.readinessProbe ?? null;
  const preStopSeconds = stop.changes.preStopSeconds ?? 0;
  return joined([
    startupAdvice(facts),
    livenessAdvice(facts, probe, preStopSeconds),
    readiness,
    stop,
    rolloutAdvice(facts, probe),
    memoryAdvice(facts),
    swapAdvice(facts),
  ]);
}
