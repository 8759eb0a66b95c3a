import { READINESS } from "#kubelet/machine/pod-state.js";
import { wholeSecond } from "#kubelet/machine/publish.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Micros } from "#model/life/life-event.js";
import { type Given, withPhase } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { type LifeRun, runLife } from "#simulate/life/run-life.js";
import { type Axis, updatedContainer } from "./axis.js";
import { keyOf, type LifeOutcome, outcomeOf, valuesOf } from "./life-outcome.js";
import { type Cell, type Observed, partitionPhases } from "./partition-phases.js";

/** Beyond this, chance tells as much in less time. */
const RUNS_MAX = 200;

/** Everything that happens over the phases of one worker, all else as in `base`. `key`: what tells one outcome from another. null: it takes too many runs. */
export function exploreAxis(
  input: LifeInput,
  axis: Axis,
  base: Given,
  key: (outcome: LifeOutcome) => string = keyOf,
): Cell<LifeOutcome>[] | null {
  const observed = (run: LifeRun, critical: Micros[], shiftUs: Micros): Observed<LifeOutcome> => {
    const outcome = outcomeOf(run, (at) => at - shiftUs);
    return { key: key(outcome), critical, values: valuesOf(outcome), outcome };
  };
  const options = { events: false };
  if (axis.moves === "ticks") {
    const observe = (phase: Micros): Observed<LifeOutcome> => {
      const run = runLife(input, withPhase(base, axis, phase), options);
      return observed(run, criticalOfTicks(input, axis, run), 0);
    };
    return partitionPhases(axis.periodUs, observe, RUNS_MAX);
  }
  const observe = (phase: Micros): Observed<LifeOutcome> => {
    const run = runLife(shifted(input, phase), movedAlong(base, phase), options);
    return observed(run, criticalOfEvents(input, axis, run, phase), phase);
  };
  return partitionPhases(axis.periodUs, observe, RUNS_MAX);
}

/** The ticks of all workers go along with what is done to the pod, so that only the one that does not is told apart. */
function movedAlong(base: Given, byUs: Micros): Given {
  return {
    ...base,
    phaseUs(pod, container, kind, periodUs) {
      const phase = base.phaseUs(pod, container, kind, periodUs);
      return phase === null ? null : (phase + byUs) % periodUs;
    },
  };
}

/** Everything is done so much later, and seen for as much longer. */
export function shifted(input: LifeInput, byUs: Micros): LifeInput {
  return {
    ...input,
    saves: input.saves.map((save) => ({ ...save, at: save.at + byUs })),
    faults: input.faults.map((fault) =>
      "untilUs" in fault
        ? { ...fault, at: fault.at + byUs, untilUs: fault.untilUs + byUs }
        : { ...fault, at: fault.at + byUs },
    ),
    durationUs: input.durationUs + byUs,
  };
}

/** Attempts meet an edge at its instant, or so long before it that they end there; the delay ends a while after a start. */
function meetings(input: LifeInput, axis: Axis, run: LifeRun): Micros[] {
  const container = updatedContainer(input);
  const probe = container === null ? null : probeOf(container, axis.kind);
  const edges = run.pods[axis.pod]?.record.edges ?? [];
  if (probe === null) return [];
  const timeoutUs = probe.timeoutSeconds * 1_000_000;
  const delayUs = probe.initialDelaySeconds * 1_000_000;
  const wallUs = Math.round(input.node.wallFraction * 1_000_000);
  return edges.flatMap(({ at }) => [at, at - timeoutUs, wholeSecond(at, wallUs) + delayUs]);
}

function criticalOfTicks(input: LifeInput, axis: Axis, run: LifeRun): Micros[] {
  const firstStart = run.pods[axis.pod]?.machine.state.host.open.anchorOf;
  if (firstStart === undefined) return [];
  const place = placeOf(run, axis);
  // The anchor lies at the phase of this run; what it is counted from is the same for all.
  const phase = run.given.phaseUs(axis.pod, axis.container, axis.kind, axis.periodUs) ?? 0;
  const from = firstStart(place, axis.kind) - phase;
  const found = meetings(input, axis, run).map((at) => modulo(at - from, axis.periodUs));
  return [...new Set(found)];
}

function criticalOfEvents(input: LifeInput, axis: Axis, run: LifeRun, phase: Micros): Micros[] {
  const state = run.pods[axis.pod]?.machine.state;
  const prober = state?.members[placeOf(run, axis)]?.probers[READINESS];
  const tick = prober === null || prober === undefined ? undefined : state?.dueAt[prober.code];
  if (tick === undefined) return [];
  const found = meetings(input, axis, run).map((at) => modulo(tick - at + phase, axis.periodUs));
  return [...new Set(found)];
}

function placeOf(run: LifeRun, axis: Axis): number {
  const members = run.pods[axis.pod]?.machine.state.members ?? [];
  return members.findLastIndex(({ container }) => container.name === axis.container);
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
