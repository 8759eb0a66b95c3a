import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { LifeChecker, Told } from "#simulate/properties/checker.js";
import { type ContainerStream, seconds } from "./container-streams.js";

/** K21, K22, K23: init containers one after the other, each after its predecessor is done; then the regular ones, in their order. */
export const initOrder: LifeChecker = {
  watches: "K21",
  look(told) {
    for (const { name } of told.run.pods) {
      const wrong = followPod(
        told,
        told.streams.filter(({ pod }) => pod === name),
      );
      if (wrong !== null) return `${name} at ${wrong}`;
    }
    return null;
  },
};

/** How far a container has come in the life of its sandbox. */
interface Progress {
  readonly stream: ContainerStream;
  started: boolean;
  done: boolean;
}

function followPod({ run }: Told, streams: readonly ContainerStream[]): string | null {
  const [first] = streams;
  if (first === undefined) return null;
  const all = streams.map((stream): Progress => ({ stream, started: false, done: false }));
  const reboots = [...first.rebootedAt];
  for (const event of run.events) {
    if (event.src !== "kubelet" || event.pod !== first.pod) continue;
    while ((reboots[0] ?? Number.POSITIVE_INFINITY) <= event.t) {
      reboots.shift();
      for (const one of all) begin(one);
    }
    const index = all.findIndex(({ stream }) => stream.container.name === event.container);
    const one = all[index];
    const wrong = one === undefined ? null : follow(one, all.slice(0, index), event);
    if (wrong !== null) return `${seconds(event.t)}: ${wrong}`;
  }
  return null;
}

function begin(one: Progress): void {
  one.started = false;
  one.done = false;
}

function follow(one: Progress, before: readonly Progress[], event: LifeEvent): string | null {
  const { container, role } = one.stream;
  switch (event.ev) {
    case "started": {
      const open = one.started ? undefined : before.find((other) => !lets(one, other, event.t));
      if (open !== undefined) {
        return `${container.name} starts before ${open.stream.container.name} is done`;
      }
      one.started = true;
      if (role === "sidecar" && container.startupProbe === null) one.done = true;
      return null;
    }
    case "resultChanged":
      if (role === "sidecar" && event.data.probe === "startup") {
        one.done ||= event.data.result === "success";
      }
      return null;
    case "exited":
      if (role === "init") one.done = event.data.exitCode === 0;
      return null;
    default:
      return null;
  }
}

/** Whether this one may start as far as the other is concerned. */
function lets(one: Progress, other: Progress, now: Micros): boolean {
  if (other.stream.role !== "regular") return other.done;
  // One that is done for good stays as it is.
  const endedBefore = other.stream.events.some((event) => event.ev === "exited" && event.t <= now);
  return one.stream.role !== "regular" || other.started || endedBefore;
}
