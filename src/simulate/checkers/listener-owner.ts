import type { Command } from "#generation/command.js";
import { isReady } from "#simulate/readiness.js";
import { servingTree, type Tree } from "#simulate/world.js";
import type { NewChecker } from "./checker.js";

/**
 * I1: once something was ready, what gets new connections, all or a share of them, is ready and lives, and it is never sent
 * away without a successor.
 */
export const listenerOwner: NewChecker = (world) => {
  let wasReady = false;
  let over = false;
  let restartOrder = false;
  const isPolite = (command: Command): boolean =>
    command.kind === "signal" && command.signal === "SIGTERM";

  function ended(command: Command): Tree | null {
    if (command.kind !== "kill" && !isPolite(command)) return null;
    const tree = servingTree(world);
    return tree !== null && "generation" in command && tree.generation === command.generation
      ? tree
      : null;
  }

  return {
    watches: "I1",
    onStep(event, commands, state) {
      if (event.kind === "stop-requested") over = true;
      if (state.life.kind !== "running") over = true;
      let steered = false;
      for (const command of commands) {
        if (command.kind === "announce") {
          const { notice } = command;
          if (notice.kind === "memory-short" && notice.then === "restart") restartOrder = true;
          if (notice.kind === "promoted") restartOrder = false;
        }
        if (command.kind === "steer" || command.kind === "share") {
          const tree = world.trees.get(command.generation);
          if (tree === undefined || !isReady(world, tree)) {
            return `generation ${command.generation} is steered to and is not ready`;
          }
          if (command.kind === "share") continue;
          steered = true;
          wasReady = true;
        }
        if (over || steered || restartOrder || state.policy.handover === "restart") continue;
        const tree = ended(command);
        if (tree?.life === "alive" && tree.promotedAt !== null) {
          return `generation ${tree.generation} serves and is ended without a successor`;
        }
      }
      return null;
    },
    after(status) {
      if (over || world.exit !== null) return null;
      if (wasReady && world.steered !== null && !world.sockets.has(world.steered)) {
        return "the sockets that get connections are closed";
      }
      const shares = world.share?.sockets ?? null;
      const sharing = shares === null ? undefined : world.trees.get(shares);
      if (sharing !== undefined && (sharing.life !== "alive" || sharing.killAt !== null)) {
        return `generation ${sharing.generation} has a share of the connections and has ended`;
      }
      if (status.ready.body.status !== "ready") return null;
      if ((status.ready.body.canary ?? null) !== shares) {
        return `/readyz tells of canary ${status.ready.body.canary}, ${shares} has a share`;
      }
      const tree = world.trees.get(Number(status.ready.body.generation));
      if (tree === undefined || tree.life !== "alive" || !isReady(world, tree)) {
        return `/readyz tells of generation ${status.ready.body.generation}, which is not ready`;
      }
      if (tree.sockets !== world.steered) return "/readyz tells of one that gets no connections";
      return null;
    },
  };
};
