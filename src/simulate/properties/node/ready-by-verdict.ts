import { probeOf } from "#kubelet/prober/probe-of.js";
import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { LifeChecker, Told } from "#simulate/properties/checker.js";
import {
  type ContainerStream,
  eachStream,
  found,
  SECOND_US,
  seconds,
} from "./container-streams.js";

/** K9, K24: a pod is ready while all of its containers run, those with a probe after as many good answers in a row as it asks for. */
export const readyByVerdict: LifeChecker = {
  watches: "K24",
  look(told) {
    const early = eachStream(told.streams, verdicts);
    if (early !== null) return early;
    for (const { name } of told.run.pods) {
      const wrong = followPod(
        told,
        told.streams.filter(({ pod, role }) => pod === name && role !== "init"),
      );
      if (wrong !== null) return `${name} at ${wrong}`;
    }
    return null;
  },
};

/** A verdict of readiness comes with its threshold; what is stored for a new instance is none. */
function verdicts(stream: ContainerStream): string | null {
  const probe = probeOf(stream.container, "readiness");
  if (probe === null) return null;
  let run = 0;
  let last = "";
  for (const event of stream.events) {
    if (event.ev === "probe" && event.data.probe === "readiness" && event.data.counted) {
      run = event.data.result === last ? run + 1 : 1;
      last = event.data.result;
    }
    if (event.ev !== "resultChanged" || event.data.probe !== "readiness") continue;
    const { result } = event.data;
    const threshold = result === "success" ? probe.successThreshold : probe.failureThreshold;
    if (result === last && run < threshold) {
      return found(stream, event.t, `readiness turns to ${result} after ${run} of ${threshold}`);
    }
  }
  return null;
}

interface Standing {
  readonly stream: ContainerStream;
  running: boolean;
  changedAt: Micros;
  good: boolean;
}

function followPod({ run }: Told, streams: readonly ContainerStream[]): string | null {
  const [first] = streams;
  if (first === undefined) return null;
  const all = streams.map(
    (stream): Standing => ({ stream, running: false, changedAt: 0, good: false }),
  );
  let ready = false;
  for (const event of run.events) {
    if (event.src !== "kubelet" || event.pod !== first.pod) continue;
    const one = all.find(({ stream }) => stream.container.name === event.container);
    if (one !== undefined) follow(one, event);
    if (event.ev === "notReady") {
      if (!ready) return `${seconds(event.t)}: not ready, which it was not before`;
      ready = false;
    }
    if (event.ev !== "ready") continue;
    ready = true;
    // At the pod's end nobody looks at what still runs; its endpoint is gone anyway.
    if (event.t >= first.deletedAt) continue;
    const unfit = all.find((other) => !mayBeReady(other, event.t));
    if (unfit !== undefined) {
      return `${seconds(event.t)}: ready, and ${unfit.stream.container.name} is not`;
    }
  }
  return null;
}

function follow(one: Standing, event: LifeEvent): void {
  if (event.ev === "started" || event.ev === "exited") {
    one.running = event.ev === "started";
    one.changedAt = event.t;
    if (event.ev === "started") one.good = false;
  }
  if (event.ev === "resultChanged" && event.data.probe === "readiness") {
    one.good = event.data.result === "success";
  }
  // A run goes on into a new instance, and so its first good answer may be enough.
  if (event.ev === "probe" && event.data.probe === "readiness") {
    one.good ||= event.data.result === "success" && event.data.run >= threshold(one);
  }
}

const threshold = ({ stream }: Standing): number =>
  probeOf(stream.container, "readiness")?.successThreshold ?? 1;

/** Up to a second after a start or an end the kubelet does not know of it. */
function mayBeReady({ stream, running, changedAt, good }: Standing, now: Micros): boolean {
  if (now - changedAt <= SECOND_US) return true;
  return running && (good || stream.container.readinessProbe === null);
}
