import type { Event } from "#generation/event.js";
import type { GenerationId } from "#model/generation.js";
import type { NewHotpodChecker } from "#simulate/properties/checker.js";
import { type HotpodWorld, servingNumber } from "#simulate/reload/hotpod-world.js";

/** I2: one build at a time; at most two generations, the serving one and a candidate, and as many beside them as may drain. */
export const bounded: NewHotpodChecker = ({ reload }) => {
  const maxDraining = reload?.kind === "hotpod" ? reload.policy.maxDraining : 0;
  const told = new Set<GenerationId>();
  let building: number | null = null;
  return {
    watches: "I2",
    onStep(event, { state, commands }, world) {
      if (endedBuild(event) === building) building = null;
      const { wanted, leaving } = count(world, told);
      if (wanted > 2) return `${wanted} generations live at once that do not drain`;
      // At the end, what served drains beside those that drained before.
      const more = state.life.kind === "running" ? 0 : 2;
      if (leaving > maxDraining + more) return `${leaving} generations drain at once`;
      for (const command of commands) {
        if (command.kind === "steer") {
          const before = servingNumber(world);
          if (before !== null && before !== command.generation) told.add(before);
        }
        if (command.kind === "signal" || command.kind === "kill") told.add(command.generation);
        if (command.kind !== "start-build") continue;
        if (building !== null) return `build ${command.build} starts while ${building} runs`;
        building = command.build;
      }
      return null;
    },
  };
};

function endedBuild(event: Event): number | null {
  switch (event.kind) {
    case "build-succeeded":
    case "build-failed":
    case "build-cancelled":
      return event.build;
    default:
      return null;
  }
}

function count({ apps }: HotpodWorld, told: ReadonlySet<GenerationId>) {
  let [wanted, leaving] = [0, 0];
  for (const [generation, { app }] of apps) {
    if (app.state === "ended") continue;
    if (told.has(generation)) leaving += 1;
    else wanted += 1;
  }
  return { wanted, leaving };
}
