import { probeOf } from "#kubelet/prober/probe-of.js";
import type { Micros } from "#model/life/life-event.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import { type ContainerStream, eachStream, found, SECOND_US } from "./container-streams.js";

/** K1, K3: the attempts of liveness and startup keep to one grid through all instances of a container. */
export const onTheGrid: LifeChecker = {
  watches: "K3",
  look: ({ input, streams }) =>
    eachStream(streams, (stream) => {
      const updated = stream.container.name === input.service.container;
      return follow(stream, "liveness", updated) ?? follow(stream, "startup", updated);
    }),
};

function follow(
  stream: ContainerStream,
  kind: "liveness" | "startup",
  updated: boolean,
): string | null {
  const probe = probeOf(stream.container, kind);
  // An attempt that may outlast its period is followed at once.
  if (probe === null || probe.timeoutSeconds > probe.periodSeconds) return null;
  const periodUs = probe.periodSeconds * SECOND_US;
  let known: Micros | null = null;
  for (const event of stream.events) {
    if (event.ev !== "probe" || event.data.probe !== kind) continue;
    // Only what is answered at once tells when it was asked. Nobody but the updated container takes its time.
    const { result, message } = event.data;
    const atOnce = result === "failure" && /refused|statuscode|NOT_SERVING/.test(message);
    if (updated && !atOnce) continue;
    const phase = event.t % periodUs;
    known ??= phase;
    if (known !== phase) {
      const beside = (phase - known) / SECOND_US;
      return found(stream, event.t, `${kind} is asked ${beside}s beside its period`);
    }
  }
  return null;
}
