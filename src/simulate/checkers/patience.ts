import { endsWhenAnswered } from "#config/policy.js";
import type { NewChecker } from "./checker.js";

/** Retiring takes its time: connections under way are not cut off before the policy says so. */
export const patience: NewChecker = (world) => {
  let over = false;
  let policyChangedAt = Number.NEGATIVE_INFINITY;
  return {
    watches: "patience",
    onStep(event, commands, state) {
      if (event.kind === "policy-changed") policyChangedAt = event.at;
      if (state.life.kind !== "running") over = true;
      if (over) return null;
      const { lingerMs, drainTimeoutMs, maxDraining } = state.policy;
      for (const command of commands) {
        if (command.kind !== "kill" && command.kind !== "signal") continue;
        const tree = world.trees.get(command.generation);
        if (tree === undefined || tree.life !== "alive" || tree.unsteeredAt === null) continue;
        if (tree.killAt !== null) continue;
        if (policyChangedAt > tree.unsteeredAt) continue;
        if (command.kind === "signal" && event.at - tree.unsteeredAt < lingerMs) {
          return `generation ${tree.generation} is drained before it lingered`;
        }
        const drained = [...world.trees.values()].filter(
          (one) => one.life === "alive" && one.unsteeredAt !== null && one.killAt === null,
        );
        const steered = commands.some((one) => one.kind === "steer") ? 1 : 0;
        if (command.kind !== "kill" || drained.length + steered > maxDraining) continue;
        // Where hotpod sees what is under way, the drain begins before the signal.
        const since = endsWhenAnswered(state.policy) ? tree.awaitedAt : tree.termAt;
        if (tree.termAt === null || since === null || event.at - since < drainTimeoutMs) {
          return `generation ${tree.generation} is killed before its drain was over`;
        }
      }
      return null;
    },
  };
};
