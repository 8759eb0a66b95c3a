import { answers } from "#generation/answers.js";
import type { NewHotpodChecker } from "#simulate/properties/checker.js";
import { servingOf } from "#simulate/reload/hotpod-world.js";

/** I3: hotpod calls itself dead only when what serves hangs, or nothing of the service lives that could serve again. */
export const truthfulLiveness: NewHotpodChecker = () => ({
  watches: "I3",
  onStep(_, { state }, world) {
    if (answers(state).live.code === 200) return null;
    const serving = servingOf(world)?.app.state ?? "none";
    if (serving === "hung" || world.building !== null) {
      return serving === "hung" ? null : "/livez is red while a build is under way";
    }
    for (const [generation, { app }] of world.apps) {
      if (app.state === "starting" || app.state === "ready") {
        return `/livez is red while generation ${generation} is ${app.state}`;
      }
    }
    return null;
  },
});
