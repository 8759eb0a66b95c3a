import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Probe, ProbeKind } from "#model/kube/pod.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import { type ContainerStream, eachStream, found, SECOND_US } from "./container-streams.js";

/**
 * K6, K9, K15: a verdict comes with exactly as many equal counted results in a row as its threshold says, a kill with its verdict,
 * and then nothing is asked until the next instance. A run outlives an instance that ended by itself, not one that it killed.
 */
export const killsByCount: LifeChecker = {
  watches: "K9",
  look: ({ streams }) =>
    eachStream(streams, (stream) => {
      for (const kind of ["liveness", "startup"] as const) {
        const probe = probeOf(stream.container, kind);
        const wrong = probe === null ? unprobed(stream, kind) : follow(stream, kind, probe);
        if (wrong !== null) return wrong;
      }
      return null;
    }),
};

function unprobed(stream: ContainerStream, kind: ProbeKind): string | null {
  const kill = stream.events.find((one) => one.ev === "killing" && one.data.reason === kind);
  return kill === undefined ? null : found(stream, kill.t, `a ${kind} kill without such a probe`);
}

function follow(
  stream: ContainerStream,
  kind: "liveness" | "startup",
  { failureThreshold: threshold, timeoutSeconds }: Probe,
): string | null {
  let run = 0;
  let reached: "no" | "yes" | "maybe" = "no";
  let startedAt = 0;
  for (const event of stream.events) {
    switch (event.ev) {
      case "probe": {
        const { probe, counted, result } = event.data;
        if (probe !== kind || !counted) break;
        if (reached === "yes") return found(stream, event.t, `${kind} is asked after its verdict`);
        run = result === "failure" ? run + 1 : 0;
        if (run > threshold) {
          return found(stream, event.t, `${run} failures of ${kind} in a row and no verdict`);
        }
        break;
      }
      case "resultChanged":
        if (event.data.probe !== kind || event.data.result !== "failure") break;
        if (run !== threshold) {
          return found(stream, event.t, `a ${kind} verdict after ${run} failures of ${threshold}`);
        }
        // The answer to a question that was put to the instance before may say nothing of this one.
        reached = event.t - startedAt <= timeoutSeconds * SECOND_US ? "maybe" : "yes";
        run = 0;
        break;
      case "killing":
        if (event.data.reason === kind && reached === "no") {
          return found(stream, event.t, `a ${kind} kill after ${run} failures of ${threshold}`);
        }
        break;
      case "started":
        reached = "no";
        startedAt = event.t;
    }
  }
  return null;
}
