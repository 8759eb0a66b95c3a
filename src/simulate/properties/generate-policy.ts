import type { Prng } from "#base/prng.js";
import type { Policy } from "#config/policy.js";

/** hotpod's settings as people change them, around the defaults. */
export function generatePolicy(random: Prng, graceSeconds: number): Policy {
  return {
    debounceMs: random.pick([30, 30, 0, 200]),
    starveLimitMs: random.pick([10_000, 10_000, 2_000, 500]),
    buildTimeoutMs: random.pick([600_000, 600_000, 8_000]),
    readyTimeoutMs: random.pick([60_000, 20_000, 8_000]),
    readyHttp: random.chance(3, 4),
    lingerMs: random.pick([1_000, 1_000, 0, 100]),
    drainTimeoutMs: random.pick([25_000, 25_000, 5_000, 1_000]),
    maxDraining: random.pick([1, 1, 1, 2]),
    // One pod's clients are not divided there.
    canary: { percent: 0, forMs: 0 },
    probationMs: random.pick([10_000, 10_000, 0, 30_000]),
    rollback: !random.chance(1, 6),
    standby: false,
    liveness: random.chance(1, 3)
      ? { periodMs: 1_000 * (1 + random.below(10)), failures: 1 + random.below(3) }
      : null,
    readiness: random.pick(["keep", "keep", "keep", "hold"] as const),
    crash: { restarts: random.below(4), windowMs: 60_000 },
    memory: { headroom: { percentOfLimit: 10, minBytes: 16 * 2 ** 20 }, policy: "restart" },
    paused: false,
    graceMs: graceSeconds * 1_000,
    shutdownDelayMs: random.pick([2_000, 2_000, 0, 5_000]),
    boot: "image",
    handover: random.chance(1, 6) ? "restart" : "inherit",
  };
}
