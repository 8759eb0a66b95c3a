import type { LifeEvent, Micros } from "#model/life/life-event.js";
import { deploymentDirector, type RolloutOutcome } from "#simulate/fleet/deployment-director.js";
import { fleetDirector } from "#simulate/fleet/fleet-director.js";
import { fixedGiven, type Given } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { type Director, type LifeRun, runLife } from "#simulate/life/run-life.js";
import { shifted } from "./explore-axis.js";
import { type LifeOutcome, outcomeOf, type Told } from "./life-outcome.js";

/** What is simulated for an input: who acts beside the kubelet, and what has to be there before it begins. */
export interface Stage {
  readonly input: LifeInput;
  /** Before 0, in which the pods of the old template come up. */
  readonly warmUpUs: Micros;
  /** null: nobody. */
  readonly direct: (() => Direction) | null;
}

/** One run's director; how a roll-out went is known afterwards. */
interface Direction {
  readonly director: Director;
  readonly rollout: RolloutOutcome | null;
}

export function stageOf(input: LifeInput): Stage {
  const { workload, fleet, faults } = input;
  const controlled = workload.rollout !== null && workload.rollout.type !== "OnDelete";
  if (input.rollout && controlled) {
    const warmUpUs = warmUp(input);
    return { input, warmUpUs, direct: () => deployment(input, warmUpUs) };
  }
  if (fleet !== null && input.saves.length > 0) {
    const direct = (): Direction => ({ director: fleetDirector(input, fleet), rollout: null });
    return { input, warmUpUs: 0, direct };
  }
  if (controlled && faults.some(({ kind }) => kind === "delete")) {
    return { input, warmUpUs: 0, direct: () => deployment(input, null) };
  }
  return { input, warmUpUs: 0, direct: null };
}

function deployment(input: LifeInput, rolloutAt: Micros | null): Direction {
  const director = deploymentDirector(input, rolloutAt);
  return { director, rollout: rolloutAt === null ? null : director.outcome };
}

const SECOND_US = 1_000_000;
/** Longer than this an old pod does not take that was there for long. */
const WARM_UP_MAX_US = 3_600 * SECOND_US;

/** Until the last pod of the old template is ready, and its endpoint known everywhere. */
function warmUp(input: LifeInput): Micros {
  const alone = { ...input, saves: [], faults: [], durationUs: WARM_UP_MAX_US };
  const director = deploymentDirector(alone, WARM_UP_MAX_US);
  const { pods } = runLife(alone, fixedGiven(input, "latest"), { events: false, director });
  const readyUs = pods.map(({ record }) => record.readySince ?? 0);
  return (Math.ceil(Math.max(0, ...readyUs) / SECOND_US) + 5) * SECOND_US;
}

/** A run, told as if its warm-up had not been. `shiftUs`: how much later than asked for everything is done. */
export function play(
  stage: Stage,
  given: Given,
  { events, shiftUs = 0 }: { readonly events: boolean; readonly shiftUs?: Micros },
): { readonly run: LifeRun; readonly outcome: LifeOutcome } {
  const byUs = stage.warmUpUs + shiftUs;
  const direction = stage.direct?.() ?? null;
  const run = runLife(byUs === 0 ? stage.input : shifted(stage.input, byUs), given, {
    events,
    clientsFromUs: stage.warmUpUs,
    ...(direction === null ? {} : { director: direction.director }),
  });
  const rollout = direction?.rollout ?? null;
  const told = toldSince(stage, byUs);
  const outcome = { ...outcomeOf(run, told), rollout: rollout && toldAs(rollout, byUs) };
  return { run: stage.warmUpUs === 0 ? run : withoutWarmUp(run, byUs), outcome };
}

/** What was done later is told earlier; a start that nothing had been done to is told when it was. */
function toldSince({ input, warmUpUs }: Stage, byUs: Micros): Told {
  const { saves, faults, rollout } = input;
  const instants = [...saves, ...faults].map(({ at }) => at);
  const beginUs = byUs + (rollout ? 0 : Math.min(...instants));
  return (at) => (at < beginUs ? Math.max(0, at - warmUpUs) : at - byUs);
}

function toldAs(rollout: RolloutOutcome, byUs: Micros): RolloutOutcome {
  const told = (at: Micros | null): Micros | null => (at === null ? null : at - byUs);
  return {
    completedAt: told(rollout.completedAt),
    timedOutAt: told(rollout.timedOutAt),
    leastReady: rollout.leastReady,
  };
}

/** What was before is there at 0; attempts of probes are of no interest then. */
function withoutWarmUp(run: LifeRun, byUs: Micros): LifeRun {
  const events = run.events.flatMap((event): LifeEvent[] => {
    if (event.t < byUs && (event.ev === "probe" || event.ev === "unhealthy")) return [];
    return [moved(event, byUs)];
  });
  const servedAt = new Map([...run.servedAt].map(([id, at]) => [id, Math.max(0, at - byUs)]));
  return { ...run, events, servedAt };
}

/** With every instant in it. */
function moved(event: LifeEvent, byUs: Micros): LifeEvent {
  const data = { ...event.data } as Record<string, unknown>;
  for (const name of ["fromUs", "untilUs", "endsAt", "seenAt"]) {
    const at = data[name];
    if (typeof at === "number") data[name] = Math.max(0, at - byUs);
  }
  return { ...event, t: Math.max(0, event.t - byUs), data } as LifeEvent;
}
