import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";
import type { State } from "#generation/state.js";
import type { ArtifactId, ContentId } from "#model/generation.js";
import { isReady } from "#simulate/readiness.js";
import { servingTree, type Tree, type World } from "#simulate/world.js";
import type { NewChecker } from "./checker.js";

/** I6: what failed beside or after a good generation is not started or built again until a reload. */
export const noSecondTry: NewChecker = (world) => {
  const artifacts = new Set<ArtifactId>();
  const contents = new Set<ContentId>();
  const unwanted = new Set<ArtifactId>();

  /** What served may be repaired as long as there is nothing better: people went back from it, or all else failed. */
  function isRepair(command: Command): boolean {
    if (command.kind !== "start-generation") return false;
    const { artifact, sockets } = command;
    const before = sockets.kind === "of" ? world.trees.get(sockets.generation) : servingTree(world);
    if (before?.artifact.id !== artifact.id) return false;
    return unwanted.has(artifact.id) || !hasBetter(artifact.id);
  }

  function hasBetter(than: ArtifactId): boolean {
    return [...world.trees.values()].some(
      ({ artifact: { id }, promotedAt }) =>
        id !== than && promotedAt !== null && !artifacts.has(id),
    );
  }

  /** Two ways of knowing: the world saw it fail beside one that serves, or the supervisor said that it gives it up. */
  function sawFailure(event: Event): void {
    if (event.kind !== "generation-exited" && event.kind !== "spawn-failed") return;
    const tree = world.trees.get(event.generation);
    const serving = servingTree(world);
    if (tree === undefined || tree.killAt !== null || tree.termAt !== null) return;
    if (serving === null || serving === tree || serving.life !== "alive") return;
    if (tree.unsteeredAt !== null || !isOnTrial(world, tree)) return;
    if (serving.artifact.id === tree.artifact.id || !isReady(world, serving)) return;
    // A canary may by now stand for other content of the same bytes: the supervisor says which it gives up.
    fail(tree.artifact.id, isCanary(world, tree) ? null : tree.artifact.content);
  }

  function fail(artifact: ArtifactId, content: ContentId | null): void {
    artifacts.add(artifact);
    if (content !== null) contents.add(content);
  }

  return {
    watches: "I6",
    onStep(event, commands, state) {
      if (event.kind === "reload-requested") {
        artifacts.clear();
        contents.clear();
      }
      if (state.life.kind === "running") sawFailure(event);
      for (const command of commands) {
        if (isReloading(state) || isRepair(command)) continue;
        if (command.kind === "start-generation" && artifacts.has(command.artifact.id)) {
          return `artifact ${command.artifact.id} failed and is started again`;
        }
        if (command.kind === "start-build" && contents.has(command.content)) {
          return `content ${command.content} failed and is built again`;
        }
        if (command.kind !== "announce") continue;
        const { notice } = command;
        if (notice.kind === "quarantined") fail(notice.artifact.id, notice.artifact.content);
        if (notice.kind === "promoted" && !unwanted.has(notice.artifact.id)) {
          artifacts.delete(notice.artifact.id);
          if (notice.artifact.content !== null) contents.delete(notice.artifact.content);
        }
        if (notice.kind !== "rolled-back") continue;
        if (notice.why.kind === "requested") unwanted.add(notice.from.id);
        else unwanted.delete(notice.from.id);
      }
      return null;
    },
  };
};

/** It has never served, or a share of the connections at most. */
function isOnTrial(world: World, tree: Tree): boolean {
  return isCanary(world, tree) || (tree.steeredAt === null && !isReady(world, tree));
}

const isCanary = ({ share }: World, { sockets }: Tree): boolean =>
  sockets !== null && sockets === share?.sockets;

/** A person asked for everything to be tried anew, and it is under way. */
function isReloading({ inputs, build, next, candidate, main }: State): boolean {
  const coming = [
    next,
    build.kind === "none" ? null : build,
    candidate.kind === "starting" ? candidate.start.run : null,
    main.kind === "starting" ? main.start.run : null,
  ];
  return inputs.reload === "asked" || coming.some((one) => one?.purpose === "reload");
}
