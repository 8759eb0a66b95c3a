import { isUp } from "#simulate/world.js";
import type { Checker, NewChecker } from "./checker.js";

/** I3: liveness is red only for a service that is dead or answered badly when it was last asked. */
export const truthfulLiveness: NewChecker = (world): Checker => {
  const lastAnswer = new Map<number, boolean>();
  return {
    watches: "I3",
    onStep(event) {
      if (event.kind === "liveness-answered") lastAnswer.set(event.generation, event.good);
      return null;
    },
    after(status) {
      if (status.live.code === 200) return null;
      const { serving } = status;
      if (serving !== null) {
        const bad = lastAnswer.get(serving.generation) === false;
        return bad ? null : `/livez is red, and generation ${serving.generation} is well`;
      }
      const living = [...world.trees.values()].some(
        (tree) => isUp(tree) && tree.killAt === null && tree.unsteeredAt === null,
      );
      if (living) return "/livez is red while a generation lives";
      return status.build === null ? null : "/livez is red while a build runs";
    },
  };
};
