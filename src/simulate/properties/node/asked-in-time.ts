import { probeOf } from "#kubelet/prober/probe-of.js";
import type { ProbeKind } from "#model/kube/pod.js";
import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import {
  type ContainerStream,
  eachStream,
  found,
  SECOND_US,
  seconds,
} from "./container-streams.js";

/**
 * For up to a second the kubelet takes a new instance for the one before, and an answer comes as long after its question as the
 * timeout allows: what is told so soon may be about the old one. Once the pod ends, its status is not looked at again.
 */
function mayBeOld(stream: ContainerStream, event: LifeEvent, startedAt: Micros): boolean {
  if (event.ev !== "probe" || event.t >= stream.deletedAt) return true;
  const timeoutUs = (probeOf(stream.container, event.data.probe)?.timeoutSeconds ?? 0) * SECOND_US;
  return event.t - startedAt < timeoutUs + SECOND_US;
}

/** K4: no attempt before the delay is over, which counts from the second that the container started in. */
export const delayKept: LifeChecker = {
  watches: "K4",
  look: ({ streams }) =>
    eachStream(streams, (stream) => {
      let startedAt = 0;
      for (const event of stream.events) {
        if (event.ev === "started") startedAt = event.t;
        if (event.ev !== "probe" || mayBeOld(stream, event, startedAt)) continue;
        const { probe } = event.data;
        const delayS = probeOf(stream.container, probe)?.initialDelaySeconds ?? 0;
        const ageUs = event.t - startedAt;
        if (ageUs < (delayS - 1) * SECOND_US) {
          return found(stream, event.t, `${probe} is asked at ${seconds(ageUs)} of ${delayS}s`);
        }
      }
      return null;
    }),
};

/** K5: liveness and readiness wait for the startup probe's success. */
export const startupFirst: LifeChecker = {
  watches: "K5",
  look: ({ streams }) =>
    eachStream(streams, (stream) => {
      if (stream.container.startupProbe === null) return null;
      let startedAt = 0;
      let passed = false;
      for (const event of stream.events) {
        if (event.ev === "started") {
          startedAt = event.t;
          passed = false;
        }
        if (event.ev === "resultChanged" && event.data.probe === "startup") {
          passed = event.data.result === "success";
        }
        if (event.ev !== "probe" || event.data.probe === "startup") continue;
        if (!passed && !mayBeOld(stream, event, startedAt)) {
          return found(stream, event.t, `${event.data.probe} is asked before startup succeeded`);
        }
      }
      return null;
    }),
};

/** K3, K11: what is asked once is asked again within each period, an attempt's time later at most, until something changes. */
export const askedOn: LifeChecker = {
  watches: "K11",
  look: ({ streams }) =>
    eachStream(streams, (stream) => {
      const lastAt = new Map<ProbeKind, Micros>();
      let startedAt = 0;
      for (const event of stream.events) {
        // A start, an end, a verdict: what waits then does so with reason.
        if (event.ev !== "probe" && event.ev !== "unhealthy") lastAt.clear();
        if (event.ev === "started") startedAt = event.t;
        if (event.ev !== "probe" || mayBeOld(stream, event, startedAt)) continue;
        const { probe } = event.data;
        const asked = probeOf(stream.container, probe);
        if (asked === null) return found(stream, event.t, `there is no ${probe} probe to ask`);
        const before = lastAt.get(probe);
        lastAt.set(probe, event.t);
        const longestUs = (asked.periodSeconds + asked.timeoutSeconds) * SECOND_US;
        if (before !== undefined && event.t - before > longestUs) {
          return found(stream, event.t, `${probe} was not asked for ${seconds(event.t - before)}`);
        }
      }
      return null;
    }),
};
