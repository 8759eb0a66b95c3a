import { type Prng, prng } from "#base/prng.js";
import type { Policy } from "#config/policy.js";

/** What a seed makes of the world: every fault is there in some seeds and absent in others. */
export interface Options {
  readonly policy: Policy;
  readonly terminal: boolean;
  readonly boot: "sources" | "image" | "last-good";
  /** How a service tells that it is ready. */
  readonly tells: "notify" | "http" | "accepting";
  /** The service can stand by. */
  readonly standsBy: boolean;
  readonly faults: Faults;
  /** How many things people do before it gets quiet. */
  readonly deeds: number;
  /** Where in the run a stop is asked for; none in many seeds. */
  readonly stop: "never" | "early" | "late";
}

/** Each in percent of the occasions. */
export interface Faults {
  readonly brokenBuild: number;
  readonly incompleteBuild: number;
  readonly hangingBuild: number;
  readonly stubbornBuild: number;
  readonly crashAtStart: number;
  readonly neverReady: number;
  readonly crashInProbation: number;
  readonly sickFromBirth: number;
  readonly spawnFailure: number;
  readonly crashLater: number;
  readonly sickLater: number;
  readonly ignoresTerm: number;
  readonly slowEnd: number;
  readonly daemons: number;
  readonly memoryShort: number;
  readonly queueStuck: number;
  readonly lateKill: number;
}

export function swarm(random: Prng): Options {
  const tells = random.pick(["notify", "http", "accepting"] as const);
  const boot = random.pick(["sources", "image", "image", "last-good"] as const);
  return {
    policy: policyOf(random, tells, boot),
    terminal: random.chance(1, 4),
    boot,
    tells,
    standsBy: random.chance(1, 2),
    faults: faultsOf(random),
    deeds: 2 + random.below(14),
    stop: random.pick(["never", "never", "early", "late"] as const),
  };
}

export function policyOf(random: Prng, tells: Options["tells"], boot: Options["boot"]): Policy {
  const graceMs = random.pick([500, 3_000, 10_000]);
  const drawn: Drawn = {
    debounceMs: random.pick([0, 30, 200]),
    starveLimitMs: random.pick([300, 1_000, 5_000]),
    buildTimeoutMs: random.pick([1_500, 4_000]),
    readyTimeoutMs: random.pick([400, 1_500, 5_000]),
    readyHttp: tells === "http",
    lingerMs: random.pick([0, 100, 1_000]),
    drainTimeoutMs: random.pick([200, 1_000, 3_000]),
    maxDraining: random.pick([1, 1, 1, 2, 0]),
    probationMs: random.pick([0, 500, 3_000]),
    rollback: !random.chance(1, 5),
    standby: random.chance(3, 4),
    liveness: random.chance(1, 2)
      ? { periodMs: random.pick([400, 2_000]), failures: 1 + random.below(3) }
      : null,
    readiness: random.pick(["keep", "hold"] as const),
    crash: { restarts: random.below(4), windowMs: random.pick([500, 10_000]) },
    memory: {
      headroom: { percentOfLimit: 10, minBytes: 16 * 2 ** 20 },
      policy: random.pick(["restart", "hold"] as const),
    },
    paused: random.chance(1, 12),
    graceMs,
    shutdownDelayMs: random.pick([0, 100, 2_000]),
    boot: boot === "last-good" ? "last-good" : "image",
    handover: random.chance(1, 5) ? "restart" : "inherit",
  };
  const policy: Policy = { ...drawn, canary: canaryOf(drawn) };
  // No draw of its own: what earlier seeds stand for stays as it is.
  const forwards = policy.handover === "inherit" && policy.shutdownDelayMs === 100;
  return forwards ? { ...policy, handover: "proxy" } : policy;
}

/** Drawn from what was drawn. */
function canaryOf({ debounceMs, starveLimitMs, readyTimeoutMs, ...rest }: Drawn): Policy["canary"] {
  const random = prng(debounceMs + starveLimitMs + readyTimeoutMs + rest.graceMs + rest.lingerMs);
  const percent = random.pick([0, 0, 1, 10, 50, 99, 100]);
  return { percent, forMs: random.pick([0, 300, 1_000, 4_000]) };
}

type Drawn = Omit<Policy, "canary">;

function faultsOf(random: Prng): Faults {
  const some = (percents: readonly number[]): number =>
    random.chance(1, 2) ? 0 : random.pick(percents);
  const rare = [3, 10];
  const often = [10, 40];
  return {
    brokenBuild: some(often),
    incompleteBuild: some(rare),
    hangingBuild: some(rare),
    stubbornBuild: some(often),
    crashAtStart: some(often),
    neverReady: some(often),
    crashInProbation: some(often),
    sickFromBirth: some(often),
    spawnFailure: some(rare),
    crashLater: some(often),
    sickLater: some(often),
    ignoresTerm: some(often),
    slowEnd: some(often),
    daemons: some(often),
    memoryShort: some(often),
    queueStuck: some(often),
    lateKill: some(often),
  };
}
