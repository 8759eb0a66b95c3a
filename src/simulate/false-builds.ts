import type { BuildFailure } from "#model/build-failure.js";
import type { ContentId } from "#model/generation.js";
import type { Builds } from "#ports/builds.js";
import { chance, delay, type World } from "./world.js";

/** A compiler that is slow, fails, hangs and takes its time to be cancelled. */
export function falseBuilds(world: World): Builds {
  let cancelled = new Set<number>();
  const finish = (build: number, tell: () => void): void => {
    if (world.build?.number !== build) return;
    world.build = null;
    cancelled = new Set();
    tell();
  };
  return {
    readInputs(ticket) {
      world.agenda.after(1 + delay(world, 60), () => {
        const { content } = world;
        world.agenda.after(delay(world, 120), () => {
          const seen = { content, changed: ["main.go"], midSave: false };
          world.tell({ kind: "inputs-read", ticket, ...seen });
        });
      });
    },
    start(build, content) {
      if (world.build !== null) world.breaches.push(`I2: build ${build} beside another`);
      world.build = { number: build, content };
      if (chance(world, "hangingBuild")) return;
      const end = ending(world, build, content);
      world.agenda.after(5 + delay(world, 1_200), () => finish(build, end));
    },
    cancel(build) {
      if (cancelled.has(build)) return;
      cancelled.add(build);
      const patience = chance(world, "stubbornBuild") ? 400 : 20;
      const tell = () => world.tell({ kind: "build-cancelled", build });
      world.agenda.after(1 + delay(world, patience), () => finish(build, tell));
    },
    keep(artifacts) {
      const kept = new Set(artifacts);
      for (const tree of world.trees.values()) {
        if ((tree.life === "spawning" || tree.life === "alive") && !kept.has(tree.artifact.id)) {
          world.breaches.push(`artifact ${tree.artifact.id} is collected while it runs`);
        }
      }
    },
    markGood: () => {},
  };
}

function ending(world: World, build: number, content: ContentId): () => void {
  const nature = world.natures.get(content);
  const failure = failureOf(world, nature?.build === "broken");
  if (failure !== null || nature === undefined) {
    const why = failure ?? { kind: "unusable", detail: "unknown content" };
    return () => world.tell({ kind: "build-failed", build, failure: why });
  }
  const artifact = { id: nature.artifact, content };
  world.builtFrom.set(artifact.id, content);
  return () => world.tell({ kind: "build-succeeded", build, artifact });
}

function failureOf(world: World, broken: boolean): BuildFailure | null {
  if (broken) return { kind: "command", exit: { kind: "code", code: 2 }, output: "syntax error" };
  if (!chance(world, "incompleteBuild")) return null;
  return world.random.pick([
    { kind: "incomplete", detail: "half a file" },
    { kind: "store", detail: "no space left on /store" },
  ] as const);
}
