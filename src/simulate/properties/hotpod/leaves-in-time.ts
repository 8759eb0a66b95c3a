import type { Micros } from "#model/life/life-event.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import { found, seconds } from "#simulate/properties/node/container-streams.js";

/** I5: hotpod leaves by itself before the kubelet's SIGKILL, wherever it has the pod's grace, less what preStop took of it. */
export const leavesInTime: LifeChecker = {
  watches: "I5",
  look({ input, streams }) {
    if (input.reload?.kind !== "hotpod") return null;
    const { terminationGracePeriodSeconds: podGraceS } = input.workload.template.spec;
    const stream = streams.find(({ container }) => container.name === input.service.container);
    if (stream === undefined) return null;
    let kill: { readonly at: Micros; readonly graceS: number } | null = null;
    let signalledAt = 0;
    for (const event of stream.events) {
      if (event.ev === "killing") kill = { at: event.t, graceS: event.data.graceS };
      if (event.ev === "exited") kill = null;
      if (event.ev !== "signal" || kill === null) continue;
      if (event.data.signal !== "SIGKILL") {
        signalledAt = event.t;
        continue;
      }
      // A probe's own grace may be too short for it, and so may a deletion during a kill.
      const isShortened = stream.deletedAt > kill.at && stream.deletedAt < event.t;
      if (isShortened || kill.graceS < podGraceS) continue;
      return found(
        stream,
        event.t,
        `SIGKILL ${seconds(event.t - signalledAt)} after the stop signal`,
      );
    }
    return null;
  },
};
