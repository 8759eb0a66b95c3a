import type { Exit } from "#model/generation.js";
import { chance, delay, type Nature, type Tree, type World } from "./world.js";

/** What a process does from its first instruction on, by what was built into it and by bad luck. */
export function beginLife(world: World, tree: Tree, exit: (how: Exit) => void): void {
  const { random, agenda } = world;
  const nature = natureOf(world, tree);
  const code = random.pick([0, 1, 1, 2]);
  const crash = (): void => {
    exit(random.chance(1, 4) ? { kind: "signal", signal: "SIGSEGV" } : { kind: "code", code });
  };
  if (nature === "sick") tree.health = "sick";
  if (nature === "crash-at-start") {
    agenda.after(1 + delay(world, 200), crash);
    return;
  }
  if (nature === "never-ready") return;
  const readyMs = 5 + delay(world, 300);
  agenda.after(readyMs, () => becomeReady(world, tree));
  if (nature === "crash-in-probation") {
    agenda.after(readyMs + 260 + delay(world, 400), crash);
  } else if (chance(world, "crashLater")) {
    agenda.after(readyMs + random.below(20_000), () => {
      if (world.mood === "faulty") crash();
    });
  }
  if (chance(world, "sickLater")) fallSick(world, tree, readyMs);
}

/** For a while: some recover, some do not before the quiet. */
function fallSick(world: World, tree: Tree, readyMs: number): void {
  world.agenda.after(readyMs + world.random.below(10_000), () => {
    tree.health = "sick";
  });
  if (world.random.chance(1, 2)) {
    world.agenda.after(readyMs + 10_000 + world.random.below(5_000), () => {
      tree.health = "well";
    });
  }
}

function natureOf(world: World, tree: Tree): Nature["run"] {
  const content = tree.artifact.content ?? world.builtFrom.get(tree.artifact.id);
  return (content === undefined ? undefined : world.natures.get(content)?.run) ?? "good";
}

function becomeReady(world: World, tree: Tree): void {
  if (tree.life !== "alive") return;
  const { generation } = tree;
  const { tells } = world.options;
  const later = (tell: () => void): void => world.agenda.after(delay(world, 20), tell);
  if (tells === "notify") {
    if (world.random.chance(1, 2)) {
      tree.saidHello = true;
      world.tell({ kind: "notified", generation, notice: "hello" });
    }
    if (world.options.standsBy) world.tell({ kind: "notified", generation, notice: "stands-by" });
    accept(world, tree);
    tree.readyAt = world.agenda.now();
    later(() => world.tell({ kind: "notified", generation, notice: "ready" }));
  } else if (tells === "http") {
    accept(world, tree);
    const bad = { kind: "ready-answered", generation, good: false, detail: "503" } as const;
    if (world.random.chance(1, 2)) world.tell(bad);
    tree.readyAt = world.agenda.now();
    later(() => world.tell({ kind: "ready-answered", generation, good: true, detail: "200" }));
  } else {
    accept(world, tree);
  }
}

function accept(world: World, tree: Tree): void {
  tree.acceptingAt = world.agenda.now();
  world.agenda.after(delay(world, 20), () => {
    world.tell({ kind: "accepting-seen", generation: tree.generation });
  });
}
