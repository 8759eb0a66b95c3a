import { isUp } from "#simulate/world.js";
import type { Checker, NewChecker } from "./checker.js";

/** I2: one build, two generations, and no more draining ones than the policy allows. The world itself sees two builds. */
export const boundedProcesses: NewChecker = (world): Checker => {
  let maxDraining = world.options.policy.maxDraining;
  return {
    watches: "I2",
    onStep(_event, _commands, state) {
      // At the end, a canary drains beside those that drained before.
      const more = state.life.kind === "running" ? 0 : 1;
      maxDraining = state.policy.maxDraining + more;
      return null;
    },
    after() {
      let live = 0;
      let draining = 0;
      for (const tree of world.trees.values()) {
        if (!isUp(tree) || tree.killAt !== null) continue;
        if (tree.unsteeredAt !== null) draining++;
        else live++;
      }
      if (live > 2) return `${live} generations live`;
      return draining > maxDraining ? `${draining} generations drain` : null;
    },
  };
};
