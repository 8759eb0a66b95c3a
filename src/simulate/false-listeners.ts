import type { Listeners } from "#ports/listeners.js";
import { chance, delay, isUp, type World } from "./world.js";

/** Sockets that know who holds them and who may be given connections. */
export function falseListeners(world: World): Listeners {
  return {
    steer(generation) {
      const tree = world.trees.get(generation);
      if (tree === undefined || tree.sockets === null || !world.sockets.has(tree.sockets)) {
        world.breaches.push(`I1: steered to generation ${generation}, which has no sockets`);
        return;
      }
      const before = [world.steered, world.share?.sockets ?? null];
      for (const other of world.trees.values()) {
        if (other === tree || other.sockets === null || !before.includes(other.sockets)) continue;
        other.unsteeredAt ??= world.agenda.now();
      }
      world.steered = tree.sockets;
      world.share = null;
      tree.steeredAt ??= world.agenda.now();
      tree.unsteeredAt = null;
      tree.awaitedAt = null;
    },
    share(generation, percent) {
      const tree = world.trees.get(generation);
      if (tree === undefined || tree.sockets === null || !world.sockets.has(tree.sockets)) {
        world.breaches.push(`I1: a share for generation ${generation}, which has no sockets`);
      } else if (tree.sockets === world.steered || !(percent >= 0 && percent < 100)) {
        world.breaches.push(`a share of ${percent} % for generation ${generation}`);
      } else {
        world.share = { sockets: tree.sockets, percent };
      }
    },
    awaitQueue(generation) {
      const tree = world.trees.get(generation);
      if (tree !== undefined) tree.awaitedAt = world.agenda.now();
      if (chance(world, "queueStuck")) return;
      world.agenda.after(1 + delay(world, 300), () => {
        world.tell({ kind: "queue-emptied", generation });
      });
    },
    stopAccepting() {},
    release(generation) {
      if (!world.sockets.delete(generation)) {
        world.breaches.push(`sockets of generation ${generation} are released twice`);
      }
      if (world.share?.sockets === generation) {
        world.breaches.push(`I1: sockets of generation ${generation} released with a share`);
      }
      for (const tree of world.trees.values()) {
        if (tree.sockets !== generation) continue;
        if (isUp(tree))
          world.breaches.push(`I1: sockets of living generation ${generation} released`);
        else if (tree.life === "exited") {
          world.breaches.push(`sockets of generation ${generation} released before it was gone`);
        }
      }
    },
  };
}
