import type { Micros } from "#model/life/life-event.js";
import type { LifeChecker, Told } from "#simulate/properties/checker.js";
import {
  type ContainerStream,
  eachStream,
  found,
  SECOND_US,
  seconds,
} from "./container-streams.js";

/** K18, K20, K26: who is started again, and that nobody is once the pod is deleted; who is wanted is started again in the end. */
export const startsAllowed: LifeChecker = {
  watches: "K18",
  look: (told) => eachStream(told.streams, (stream) => follow(told, stream)),
};

/** A back-off of at most 300 s, half as much again, and a poll. */
const PATIENCE_US = 480 * SECOND_US;

function follow({ input, run }: Told, stream: ContainerStream): string | null {
  const { restartPolicy } = input.workload.template.spec;
  const { role, deletedAt, rebootedAt } = stream;
  let running = false;
  let done: Micros | null = null;
  let endedAt: Micros | null = null;
  let killed = "";
  for (const event of stream.events) {
    if (event.ev === "killing") killed = event.data.reason;
    if (event.ev === "exited") {
      if (!running) return found(stream, event.t, "it ends without having started");
      running = false;
      endedAt = event.t;
      const good = event.data.exitCode === 0;
      done = role === "init" && good && killed === "" ? event.t : null;
      if (role === "regular" && good && restartPolicy === "OnFailure") done = event.t;
    }
    if (event.ev !== "started") continue;
    if (running) return found(stream, event.t, "it starts while it runs");
    if (event.t > deletedAt) return found(stream, event.t, "it starts although the pod is deleted");
    // A probe's kill and its restart are one sync, whatever it exits with.
    const atOnce = /liveness|startup/.test(killed) && event.t === endedAt;
    const again =
      atOnce || (done !== null && isAfterReboot(rebootedAt, done, event.t) && role === "init");
    killed = "";
    if (done !== null && !again) return found(stream, event.t, "it starts although it is done");
    running = true;
    done = null;
  }
  const pod = run.pods[stream.podIndex];
  const ended = pod?.record.ended ?? null;
  if (running || ended !== null || deletedAt <= input.durationUs || done !== null) return null;
  if (endedAt === null || input.durationUs - endedAt < PATIENCE_US) return null;
  return found(
    stream,
    endedAt,
    `it ended, and ${seconds(input.durationUs - endedAt)} later it is not started again`,
  );
}

const isAfterReboot = (rebootedAt: readonly Micros[], from: Micros, to: Micros): boolean =>
  rebootedAt.some((at) => at >= from && at <= to);
