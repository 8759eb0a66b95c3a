import type { LifeChecker } from "#simulate/properties/checker.js";
import { seconds } from "#simulate/properties/node/container-streams.js";

/**
 * I3, for any reload tool: no failure of liveness that counts has a build or a swap as its cause. hotpod's own answer is never bad
 * while its service did not break by itself.
 */
export const noBlame: LifeChecker = {
  watches: "I3",
  look({ input, run }) {
    const { reload, saves, faults } = input;
    if (reload === null || (reload.kind === "hotpod" && reload.policy.handover === "restart")) {
      return null;
    }
    const breaks =
      saves.some(({ outcome }) => outcome.kind === "crash") ||
      faults.some(({ kind }) => kind === "hang" || kind === "crash");
    for (const event of run.events) {
      if (event.ev !== "probe" || event.data.probe !== "liveness") continue;
      const { result, cause } = event.data;
      if (result !== "failure") continue;
      const blamed = cause === "swap" || cause === "build" || (cause === "supervisor" && !breaks);
      if (!blamed) continue;
      const why = cause === "supervisor" ? "hotpod calls itself dead" : `its cause is a ${cause}`;
      return `${event.pod} at ${seconds(event.t)}: a failure of liveness counts, and ${why}`;
    }
    return null;
  },
};
