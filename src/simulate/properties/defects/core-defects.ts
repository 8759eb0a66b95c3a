import type { Policy } from "#config/policy.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import { mutations } from "#simulate/mutations.js";
import type { Defect } from "./defect.js";

/** hotpod's core, broken in one way each. */
export const coreDefects: readonly Defect[] = [
  mutated("promote-unready", "the new generation gets clients before it is ready", ["I1", "I6"]),
  mutated("end-the-old-one-first", "the old generation ends before the new one serves", ["I1"]),
  mutated("two-builds", "a build starts while the one it supersedes still runs", ["I2"]),
  mutated("leave-superseded-candidates", "what nobody needs any more lives on", ["I2", "I4", "I5"]),
  mutated("never-retire", "who was steered away from never ends", ["I2", "I4", "I5"]),
  mutated("red-while-building", "/livez is red during a build", ["I3"]),
  mutated("read-once", "a change during the reading of the inputs is forgotten", ["I4"]),
  mutated("forget-the-proposal", "a built artifact is never started", ["I4"]),
  mutated("skip-kill-at-grace", "nothing is killed at the end of the grace", ["I5"]),
  mutated("always-exit-with-0", "the serving generation's verdict is lost", ["I5"]),
  mutated("restart-while-stopping", "what ends after the stop signal is started again", ["I5"]),
  mutated("drop-quarantine", "what failed is tried again", ["I6"]),
  mutated("roll-back-to-the-bad-one", "the way back leads to what failed", ["I6"]),
  {
    name: "plan-the-stop-1s-too-long",
    says: "the drain is planned a second longer than the kubelet waits",
    breaks: ["I5"],
    breakage: { input: withPolicy(({ graceMs }) => ({ graceMs: graceMs + 1_000 })) },
  },
  {
    name: "no-shutdown-delay",
    says: "what serves is told to end while new connections still come",
    breaks: ["I5"],
    breakage: { input: withPolicy(() => ({ shutdownDelayMs: 0 })) },
  },
];

/** One of the broken cores that the simulation of the core alone is tried with. */
function mutated(name: string, says: string, breaks: readonly string[]): Defect {
  const mutation = mutations.find((one) => one.name === name);
  if (mutation === undefined) throw new Error(`invariant broken: no mutation "${name}"`);
  return { name, says, breaks, breakage: { core: mutation.core } };
}

function withPolicy(parts: (policy: Policy) => Partial<Policy>): (input: LifeInput) => LifeInput {
  return (input) => {
    const { reload } = input;
    if (reload?.kind !== "hotpod") return input;
    const policy = { ...reload.policy, ...parts(reload.policy) };
    return { ...input, reload: { kind: "hotpod", policy } };
  };
}
