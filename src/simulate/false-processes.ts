import type { Exit, GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Processes } from "#ports/processes.js";
import { beginLife } from "./false-service.js";
import { chance, delay, isUp, type Tree, type World } from "./world.js";

/** Processes that crash, hang, ignore SIGTERM, leave daemons behind and die when killed, sooner or later. */
export function falseProcesses(world: World): Processes {
  const treeOf = (generation: GenerationId): Tree | undefined => world.trees.get(generation);
  return {
    start(generation, artifact, sockets) {
      if (world.trees.has(generation)) world.breaches.push(`generation ${generation} starts twice`);
      const tree = newTree(world, generation, artifact);
      tree.sockets = openSockets(world, generation, sockets);
      world.trees.set(generation, tree);
      world.agenda.after(1 + delay(world, 60), () => spawn(world, tree));
    },
    stopReadiness: () => {},
    signal(generation, signal) {
      const tree = treeOf(generation);
      if (tree === undefined || signal !== "SIGTERM") return;
      tree.termAt ??= world.agenda.now();
      if (tree.life !== "alive" || chance(world, "ignoresTerm")) return;
      const limit = chance(world, "slowEnd") ? 5_000 : 150;
      const code = world.random.pick([0, 0, 3]);
      world.agenda.after(1 + delay(world, limit), () => exit(world, tree, { kind: "code", code }));
    },
    kill(generation) {
      const tree = treeOf(generation);
      if (tree === undefined) return;
      tree.killAt ??= world.agenda.now();
      if (tree.life !== "spawning") die(world, tree);
    },
    probeLiveness(generation) {
      world.agenda.after(1 + delay(world, 100), () => {
        const tree = treeOf(generation);
        const good = tree?.life === "alive" && tree.health === "well";
        const detail = good ? "200" : "500";
        world.tell({ kind: "liveness-answered", generation, good, detail });
      });
    },
    measureMemory(generation) {
      const limitBytes = 200 * 2 ** 20;
      const usedBytes = chance(world, "memoryShort") ? limitBytes - 2 ** 20 : 2 ** 20;
      const memory = world.random.chance(1, 4)
        ? null
        : { limitBytes, usedBytes, generationBytes: world.random.pick([null, 2 ** 20]) };
      world.agenda.after(1 + delay(world, 30), () => {
        world.tell({ kind: "memory-measured", generation, memory });
      });
    },
  };
}

function newTree(world: World, generation: GenerationId, artifact: Tree["artifact"]): Tree {
  return {
    generation,
    artifact,
    startedAt: world.agenda.now(),
    life: "spawning",
    sockets: null,
    readyAt: null,
    acceptingAt: null,
    saidHello: false,
    promotedAt: null,
    health: "well",
    termAt: null,
    killAt: null,
    steeredAt: null,
    unsteeredAt: null,
    awaitedAt: null,
    exit: null,
    exitedAt: null,
  };
}

function openSockets(world: World, generation: GenerationId, source: SocketSource): GenerationId {
  if (source.kind === "new") {
    world.sockets.add(generation);
    return generation;
  }
  const owner = world.trees.get(source.generation);
  if (!world.sockets.has(source.generation)) {
    world.breaches.push(`I1: generation ${generation} is to take over sockets that are not there`);
  }
  if (owner !== undefined && owner.life !== "gone") {
    world.breaches.push(
      `generation ${generation} takes sockets of ${owner.generation}, not gone yet`,
    );
  }
  return source.generation;
}

function spawn(world: World, tree: Tree): void {
  const { generation } = tree;
  const taken = tree.sockets !== generation;
  if (chance(world, "spawnFailure")) {
    tree.life = "gone";
    if (!taken) world.sockets.delete(generation);
    tree.sockets = null;
    world.tell({ kind: "spawn-failed", generation, reason: "EAGAIN" });
    return;
  }
  if (taken && tree.sockets !== null) {
    world.sockets.delete(tree.sockets);
    world.sockets.add(generation);
    const ended = world.trees.get(tree.sockets);
    if (ended !== undefined) ended.sockets = null;
    if (world.steered === tree.sockets) {
      world.steered = generation;
      tree.steeredAt = world.agenda.now();
    }
    tree.sockets = generation;
  }
  tree.life = "alive";
  world.tell({ kind: "generation-spawned", generation, pid: 1_000 + generation });
  if (tree.killAt === null || world.random.chance(1, 2)) {
    beginLife(world, tree, (how) => exit(world, tree, how));
  }
  if (tree.killAt !== null) die(world, tree);
}

/** The main process ends; daemons of it may be left. */
function exit(world: World, tree: Tree, how: Exit): void {
  if (tree.life !== "alive") return;
  tree.life = "exited";
  tree.exit = how;
  tree.exitedAt = world.agenda.now();
  world.tell({ kind: "generation-exited", generation: tree.generation, exit: how });
}

/** Everything of it ends, the main process first. */
function die(world: World, tree: Tree): void {
  const lateMs = chance(world, "lateKill") ? 40 : 3;
  world.agenda.after(1 + delay(world, lateMs), () => {
    if (isUp(tree)) exit(world, tree, { kind: "signal", signal: "SIGKILL" });
    const daemonsMs = chance(world, "daemons") ? 60 : 2;
    world.agenda.after(1 + delay(world, daemonsMs), () => {
      if (tree.life !== "exited") return;
      tree.life = "gone";
      world.tell({ kind: "generation-gone", generation: tree.generation });
    });
  });
}
