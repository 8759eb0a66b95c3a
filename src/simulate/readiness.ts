import type { Tree, World } from "./world.js";

/** Accepting for so long counts as ready. */
const SETTLE_MS = 250;

/** By what the process did, not by what the core was told. */
export function isReady(world: World, tree: Tree): boolean {
  if (tree.readyAt !== null) return true;
  if (tree.acceptingAt === null || tree.saidHello || world.options.tells !== "accepting")
    return false;
  if (world.agenda.now() - tree.acceptingAt < SETTLE_MS) return false;
  tree.readyAt = world.agenda.now();
  return true;
}
