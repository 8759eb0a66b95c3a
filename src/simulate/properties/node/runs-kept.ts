import { nodeVersion } from "#kubelet/node-version.js";
import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Probe, ProbeKind } from "#model/kube/pod.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import { type ContainerStream, eachStream, found } from "./container-streams.js";

/**
 * K6, K8: equal results are counted on from one instance to the next; only another result, or a verdict after which nothing is asked,
 * begins anew. An error counts for nothing.
 */
export const runsKept: LifeChecker = {
  watches: "K6",
  look({ input, streams }) {
    const { quirks } = nodeVersion(input.minor, input.runtime);
    return eachStream(streams, (stream) => {
      for (const kind of ["liveness", "readiness", "startup"] as const) {
        const probe = probeOf(stream.container, kind);
        if (probe === null) continue;
        const holds = kind === "startup" && quirks.startupHoldAfterSuccess;
        const wrong = follow(stream, kind, probe, holds);
        if (wrong !== null) return wrong;
      }
      return null;
    });
  },
};

function follow(
  stream: ContainerStream,
  kind: ProbeKind,
  probe: Probe,
  holdsAfterSuccess: boolean,
): string | null {
  let run = 0;
  let last = "";
  for (const event of stream.events) {
    if (event.ev !== "probe" || event.data.probe !== kind || !event.data.counted) continue;
    const { result } = event.data;
    run = result === last ? run + 1 : 1;
    last = result;
    const bad = result === "failure";
    const reached = run >= (bad ? probe.failureThreshold : probe.successThreshold);
    if (reached && (bad ? kind !== "readiness" : holdsAfterSuccess)) run = 0;
    if (event.data.run !== run) {
      return found(stream, event.t, `${kind} counts ${event.data.run} times ${result}, not ${run}`);
    }
  }
  return null;
}
