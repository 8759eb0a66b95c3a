import type { NewHotpodChecker } from "#simulate/properties/checker.js";
import { servingOf } from "#simulate/reload/hotpod-world.js";

/** I6: nobody is sent to a generation before it is ready, as long as another one serves. */
export const readyFirst: NewHotpodChecker = () => ({
  watches: "I6",
  onStep(_, { commands }, world) {
    if (servingOf(world)?.app.mode() !== "ok") return null;
    for (const command of commands) {
      if (command.kind !== "steer") continue;
      const state = world.apps.get(command.generation)?.app.state ?? "unknown";
      if (state === "starting" || state === "unknown") {
        return `generation ${command.generation} gets clients while it is ${state}`;
      }
    }
    return null;
  },
});
