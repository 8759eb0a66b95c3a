import type { Micros } from "#model/life/life-event.js";
import type { Requests } from "#model/life/life-report.js";
import type { RolloutOutcome } from "#simulate/fleet/deployment-director.js";
import type { LifePod } from "#simulate/life/pod/life-pod.js";
import type { LifeRun } from "#simulate/life/run-life.js";

/** What is counted of one run: all pods together, and each by itself. */
export interface LifeOutcome {
  readonly pods: readonly PodOutcome[];
  readonly requests: Requests;
  readonly downUs: Micros;
  /** How a roll-out went; null: there was none. */
  readonly rollout: RolloutOutcome | null;
}

export interface PodOutcome {
  readonly name: string;
  readonly kills: { readonly liveness: number; readonly startup: number };
  readonly firstKillAt: Micros | null;
  readonly restarts: number;
  /** Without what a deletion brings with it. */
  readonly notReadyUs: Micros;
  readonly firstNotReadyAt: Micros | null;
  readonly readyFlips: number;
  readonly readyOnce: boolean;
  /** Counted failures of liveness by the cause of the outage they met. */
  readonly livenessFailures: Readonly<Record<string, number>>;
  readonly ended: string | null;
  /** Processes of the service that lived at once. */
  readonly peakAlive: number;
}

/** When something is told to have been: a run that was moved is told as if it had not been. */
export type Told = (at: Micros) => Micros;

export function outcomeOf({ pods, service }: LifeRun, told: Told = (at) => at): LifeOutcome {
  const traffics = [...pods.map(({ traffic }) => traffic), service.nobody];
  const sum = (of: (requests: Requests) => number): number =>
    traffics.reduce((total, { sums }) => total + of(sums), 0);
  return {
    pods: pods.map((pod) => podOutcome(pod, told)),
    requests: {
      ok: sum(({ ok }) => ok),
      refused: sum(({ refused }) => refused),
      reset: sum(({ reset }) => reset),
      eof: sum(({ eof }) => eof),
      timeout: sum(({ timeout }) => timeout),
      serverError: sum(({ serverError }) => serverError),
    },
    downUs: traffics.reduce((total, { downUs }) => total + downUs, 0),
    rollout: null,
  };
}

function podOutcome({ name, record, isDeleting }: LifePod, told: Told): PodOutcome {
  const orNever = (at: Micros | null): Micros | null => (at === null ? null : told(at));
  const deleted = isDeleting();
  return {
    name,
    kills: { ...record.killsBy },
    firstKillAt: orNever(record.firstKillAt),
    restarts: record.restarts,
    notReadyUs: deleted ? 0 : record.notReadyUs,
    firstNotReadyAt: deleted ? null : orNever(record.firstNotReadyAt),
    readyFlips: deleted ? 0 : record.readyFlips,
    readyOnce: record.readyOnce,
    livenessFailures: Object.fromEntries(record.livenessFailures),
    ended: record.ended,
    peakAlive: record.peakAlive,
  };
}

/** Equal for runs in which the same happens. */
export function keyOf({ pods, rollout }: LifeOutcome): string {
  const each = pods
    .map(({ kills, restarts, readyFlips, readyOnce, ended }) =>
      [kills.liveness, kills.startup, restarts, readyFlips, readyOnce, ended].join(),
    )
    .join("/");
  if (rollout === null) return each;
  return `${each} ${rollout.completedAt !== null} ${rollout.timedOutAt !== null} ${rollout.leastReady}`;
}

/** Equal also in the failures that had no consequence. */
export function keyWithFailures(outcome: LifeOutcome): string {
  const failures = outcome.pods.map(({ livenessFailures }) =>
    Object.entries(livenessFailures)
      .map(([cause, count]) => `${cause}${count}`)
      .sort(),
  );
  return `${keyOf(outcome)} ${failures.join("/")}`;
}

/** Times and amounts, in an order that runs of one key share. */
export function valuesOf({ pods, requests, downUs }: LifeOutcome): number[] {
  const { refused, reset, eof, timeout, serverError } = requests;
  return [
    ...[refused, reset, eof, timeout, serverError, downUs],
    ...pods.flatMap(({ firstKillAt, firstNotReadyAt, notReadyUs }) => [
      ...[firstKillAt ?? -1, firstNotReadyAt ?? -1, notReadyUs],
    ]),
  ];
}
