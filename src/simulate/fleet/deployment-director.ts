import type { Micros } from "#model/life/life-event.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { LifePod } from "#simulate/life/pod/life-pod.js";
import type { Director, Scene } from "#simulate/life/run-life.js";
import { createRollout, type RolloutMachine } from "./create-rollout.js";
import type { RolloutHost } from "./rollout-state.js";

/** What became of a roll-out. */
export interface RolloutOutcome {
  readonly completedAt: Micros | null;
  readonly timedOutAt: Micros | null;
  /** The fewest pods that were ready at a time, of those that are not going. */
  readonly leastReady: number;
}

export interface DeploymentDirector extends Director {
  readonly outcome: RolloutOutcome;
}

type Noted = { -readonly [K in keyof RolloutOutcome]: RolloutOutcome[K] };

/**
 * The controllers of a Deployment: as many pods as it wants, and at `rolloutAt` a new template for all of them. null: none, only
 * what is deleted is made again.
 */
export function deploymentDirector(input: LifeInput, rolloutAt: Micros | null): DeploymentDirector {
  const { workload } = input;
  const rollout = workload.rollout ?? ONE_BY_ONE;
  const byName = new Map<string, LifePod>();
  const names = new Map<LifePod, string>();
  const outcome: Noted = {
    ...{ completedAt: null, timedOutAt: null, leastReady: workload.replicas },
  };
  let machine: RolloutMachine | null = null;
  const known = (name: string, pod: LifePod): void => {
    byName.set(name, pod);
    names.set(pod, name);
  };

  const hostOf = ({ heap, add, tell }: Scene): RolloutHost => ({
    now: () => heap.now,
    wakeAt: (at) => heap.after(Math.max(0, at - heap.now), () => machine?.woke()),
    // Pods are made a turn later, as by controllers that only write to the API.
    create: (name) => heap.after(0, () => known(name, add())),
    remove(name) {
      const { terminationGracePeriodSeconds } = workload.template.spec;
      heap.after(0, () => byName.get(name)?.delete(terminationGracePeriodSeconds));
    },
    told: {
      step(data) {
        tell({ ev: "rolloutStep", data });
        note();
      },
      deadline(reason, message) {
        outcome.timedOutAt ??= heap.now;
        tell({ ev: "progressDeadline", data: { reason, message } });
      },
      complete() {
        outcome.completedAt ??= heap.now;
      },
    },
  });
  /** From the beginning of the roll-out on. */
  const note = (): void => {
    if (machine !== null) outcome.leastReady = Math.min(outcome.leastReady, readyOf(names.keys()));
  };

  return {
    outcome,
    begin(scene) {
      for (let n = 0; n < workload.replicas; n++)
        known(`${workload.name}-old-${n}`, scene.add(rolloutAt !== null));
      const start = (): void => {
        const old = [...byName].map(([name]) => ({ name, readySince: scene.heap.now - LONG_US }));
        const waits = workload.kind === "StatefulSet" || workload.kind === "DaemonSet";
        const plan = { name: workload.name, replicas: workload.replicas, rollout, waits };
        machine = createRollout(plan, old, hostOf(scene), rolloutAt !== null);
        machine.begin();
      };
      if (rolloutAt === null) start();
      else scene.heap.after(rolloutAt, start);
    },
    changed(pod) {
      const name = names.get(pod);
      if (name === undefined || machine === null) return;
      if (pod.isDeleting()) machine.deleting(name);
      else machine.ready(name, pod.record.ready);
      note();
    },
    gone(pod) {
      const name = names.get(pod);
      if (name !== undefined) machine?.gone(name);
    },
  };
}

function readyOf(pods: Iterable<LifePod>): number {
  let ready = 0;
  for (const pod of pods) if (pod.record.ready && !pod.isDeleting()) ready += 1;
  return ready;
}

/** Old pods were there for longer than any `minReadySeconds`. */
const LONG_US = 1_000_000_000_000;

/** Of a workload whose pods no roll-out replaces. */
const ONE_BY_ONE = {
  type: "RollingUpdate",
  maxSurge: { kind: "count", pods: 1 },
  maxUnavailable: { kind: "count", pods: 0 },
  minReadySeconds: 0,
  progressDeadlineSeconds: 600,
} as const;
