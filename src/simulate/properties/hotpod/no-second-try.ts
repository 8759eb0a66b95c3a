import type { ContentId } from "#model/generation.js";
import type { NewHotpodChecker } from "#simulate/properties/checker.js";
import { servingOf } from "#simulate/reload/hotpod-world.js";

/**
 * I6: what failed never replaces a good generation for good, and is not tried again until its content changes. Where nothing else
 * ever served, the same is tried again for want of anything better.
 */
export const noSecondTry: NewHotpodChecker = () => {
  const failed = new Set<ContentId>();
  const served = new Set<ContentId>();
  return {
    watches: "I6",
    onStep(event, { commands }, world) {
      if (event.kind === "reload-requested") failed.clear();
      const serving = servingOf(world)?.app;
      if (serving?.mode() === "ok") served.add(serving.content.id);
      for (const command of commands) {
        if (command.kind === "announce" && command.notice.kind === "quarantined") {
          const { content } = command.notice.artifact;
          if (content !== null) failed.add(content);
        }
        if (command.kind !== "start-generation") continue;
        const { content } = command.artifact;
        const good = [...served].some((other) => !failed.has(other));
        if (good && content !== null && failed.has(content)) {
          return `content ${content} failed before, and is tried again`;
        }
      }
      return null;
    },
    atEnd(world) {
      const served = servingOf(world)?.app.content;
      const never = served?.outcome.kind === "neverReady" || served?.outcome.kind === "buildFail";
      return never ? `content ${served.id} serves, which is never ready` : null;
    },
  };
};
