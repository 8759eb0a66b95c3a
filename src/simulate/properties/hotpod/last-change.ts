import type { ContentId } from "#model/generation.js";
import type { NewHotpodChecker } from "#simulate/properties/checker.js";
import { type HotpodWorld, servingOf } from "#simulate/reload/hotpod-world.js";

/**
 * I4: when nothing changes any more, the newest content serves, or it is known to be bad; and the status says why it does not. As
 * long as nothing was saved since hotpod began, what the image holds serves.
 */
export const lastChange: NewHotpodChecker = () => {
  const failed = new Set<ContentId>();
  const building = new Map<number, ContentId>();
  let atStart: ContentId | null = null;
  return {
    watches: "I4",
    onStep(event, { commands }, world) {
      if (event.kind === "started") atStart = world.content.id;
      for (const command of commands) {
        if (command.kind === "start-build") building.set(command.build, command.content);
        const { notice } = command.kind === "announce" ? command : { notice: null };
        if (notice?.kind === "build-failed") failed.add(building.get(notice.build) ?? "");
        if (notice?.kind === "quarantined" && notice.artifact.content !== null) {
          failed.add(notice.artifact.content);
        }
      }
      return null;
    },
    atEnd(world) {
      const status = world.driver?.status();
      const { content } = world;
      // What crashes comes and goes.
      if (status === undefined || content.outcome.kind === "crash") return null;
      return unsettled(world) ?? serves(world, status.behind, content.id === atStart, failed);
    },
  };
};

function unsettled(world: HotpodWorld): string | null {
  if (world.building !== null) return `build ${world.building.build} still runs`;
  for (const [generation, { app }] of world.apps) {
    if (app.state === "ended" || app === servingOf(world)?.app) continue;
    // For want of anything better, what is never ready is tried again and again.
    if (app.content.outcome.kind === "neverReady" && !isServed(world)) continue;
    return `generation ${generation} is ${app.state}, long after everything should have settled`;
  }
  return null;
}

const isServed = (world: HotpodWorld): boolean => servingOf(world)?.app.mode() === "ok";

function serves(
  world: HotpodWorld,
  behind: string | null,
  untouched: boolean,
  failed: ReadonlySet<ContentId>,
): string | null {
  const { content } = world;
  const served = servingOf(world)?.app.content.id ?? "none";
  if (served === content.id || untouched) return null;
  if (behind === null) return `${served} serves, and the status calls it the newest`;
  const excused = failed.has(content.id) || content.outcome.kind !== "ok";
  return excused ? null : `${served} serves, ${content.id} is the newest ("${behind}")`;
}
