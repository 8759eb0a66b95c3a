import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";
import type { State } from "#generation/state.js";
import type { Checker, NewChecker } from "./checker.js";

/** I4 in motion: nobody who writes for ever keeps builds from finishing. */
export const starvation: NewChecker = (): Checker => {
  let changedAt: number | null = null;
  let startedAt = 0;
  return {
    watches: "I4",
    onStep(event: Event, commands: readonly Command[], state: State) {
      const said = new Set(
        commands.flatMap((one) => (one.kind === "announce" ? [one.notice.kind] : [])),
      );
      if (said.has("build-succeeded") || said.has("build-failed") || said.has("change-unbuilt")) {
        changedAt = null;
      } else if (said.has("change-seen")) {
        changedAt ??= event.at;
      }
      const cancelled = commands.some((one) => one.kind === "cancel-build");
      const { starveLimitMs, buildTimeoutMs } = state.policy;
      const timedOut = event.at - startedAt >= buildTimeoutMs;
      if (commands.some((one) => one.kind === "start-build")) startedAt = event.at;
      if (!cancelled || event.kind !== "inputs-read" || timedOut || changedAt === null) return null;
      if (state.inputs.outcome.kind !== "unbuilt") return null;
      const waitedMs = event.at - changedAt;
      return waitedMs >= starveLimitMs && !said.has("change-unbuilt")
        ? `a build is cancelled although changes wait for ${waitedMs} ms`
        : null;
    },
  };
};
