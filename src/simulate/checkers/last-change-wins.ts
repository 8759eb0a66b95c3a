import type { Status } from "#generation/status.js";
import type { ArtifactId, ContentId } from "#model/generation.js";
import { isUp, servingTree, type World } from "#simulate/world.js";
import type { Checker, NewChecker } from "./checker.js";

/** I4: in the quiet after the faults, the newest content serves, or the status says why not, and that is true. */
export const lastChangeWins: NewChecker = (world): Checker => {
  const failed = new Set<ContentId | ArtifactId>();
  return {
    watches: "I4",
    onStep(_event, commands) {
      for (const command of commands) {
        if (command.kind !== "announce") continue;
        const { notice } = command;
        if (notice.kind !== "quarantined") continue;
        const { id, content } = notice.artifact;
        failed.add(id).add(content ?? world.builtFrom.get(id) ?? id);
      }
      return null;
    },
    atEnd(status) {
      if (world.exit !== null || status.phase === "stopping") return null;
      if (crashesForever(world)) return null;
      return (
        unsettled(world, status) ??
        (status.behind === null ? stale(world, status) : excuse(world, status, failed))
      );
    },
  };
};

/** With a short window the crash rule lets it: what stands crashes a while after each start. */
function crashesForever(world: World): boolean {
  const newest = [...world.trees.values()].at(-1);
  if (newest === undefined) return false;
  const { id, content } = newest.artifact;
  const nature = world.natures.get(content ?? world.builtFrom.get(id) ?? "");
  return nature?.run === "crash-in-probation";
}

function unsettled(world: World, status: Status): string | null {
  if (status.build !== null) return `build ${status.build.build} still runs in the quiet`;
  const held = status.canary?.percent === 0;
  if (status.candidate !== null && !held) return "a candidate is still on its way in the quiet";
  if (status.draining.length > 0) return "a generation still drains in the quiet";
  const serving = status.serving?.generation ?? null;
  for (const tree of world.trees.values()) {
    const waits = held && tree.generation === status.candidate?.generation;
    if (isUp(tree) && tree.generation !== serving && !waits) {
      return `generation ${tree.generation} is forgotten and still runs`;
    }
  }
  return world.sockets.size > (held ? 2 : 1)
    ? `${world.sockets.size} sets of sockets are held`
    : null;
}

/** The status says that the newest content serves. */
function stale(world: World, status: Status): string | null {
  const tree = servingTree(world);
  if (status.serving === null || tree === null || tree.life !== "alive") return "nothing serves";
  if (world.content !== status.wanted && world.content !== null) {
    return `the files say ${world.content}, the newest content known is ${status.wanted}`;
  }
  const wanted = world.content === null ? undefined : world.natures.get(world.content);
  const runs = tree.artifact.id;
  const stoodFor = world.builtFrom.get(runs);
  if (wanted === undefined || wanted.artifact === runs || stoodFor === world.content) return null;
  return runs === "L" ? null : `${runs} serves although ${wanted.artifact} is the newest`;
}

/** The status gives a reason: it must be one that the world knows of. */
function excuse(world: World, status: Status, failed: ReadonlySet<string>): string | null {
  const { content } = world;
  const behind = status.behind ?? "";
  if (content === null || status.wanted === null) return null;
  if (content !== status.wanted) return `the files say ${content}, known is ${status.wanted}`;
  const nature = world.natures.get(content);
  if (status.paused || nature?.build === "broken" || status.canary?.percent === 0) return null;
  if (/could not be stored|not complete|took too long|is held|earlier run/.test(behind))
    return null;
  if (failed.has(content) || (nature !== undefined && failed.has(nature.artifact))) return null;
  if (/failed before/.test(behind) && world.rolledBack.has(content)) return null;
  if (/waiting for a change/.test(behind) && status.serving === null) return null;
  return `${content} does not serve, and the reason given is not true: ${behind}`;
}
