import type { Micros } from "#model/life/life-event.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import {
  type ContainerStream,
  eachStream,
  found,
  SECOND_US,
  seconds,
} from "./container-streams.js";

/**
 * K19: the first restart after an end of its own is immediate; then 10 s pass between an end and the next start, doubled with each
 * start up to 300 s, forgotten after 10 minutes without one. A probe's kill restarts in the same sync, and is measured from the end
 * before it.
 */
export const backOffKept: LifeChecker = {
  watches: "K19",
  look: ({ streams }) => eachStream(streams, follow),
};

const FIRST_US = 10 * SECOND_US;
const CAP_US = 300 * SECOND_US;
const FORGOTTEN_US = 600 * SECOND_US;

interface Remembered {
  readonly valueUs: Micros;
  readonly since: Micros;
}

function follow(stream: ContainerStream): string | null {
  let remembered: Remembered | null = null;
  let endedAt: Micros | null = null;
  let endedBefore: Micros | null = null;
  let killed = false;
  let condemned = false;
  let killedAt: Micros | null = null;
  for (const event of stream.events) {
    switch (event.ev) {
      case "resultChanged":
        if (event.data.probe !== "readiness") condemned = event.data.result === "failure";
        break;
      case "killing":
        killed = event.data.reason === "liveness" || event.data.reason === "startup";
        break;
      case "exited":
        endedBefore = endedAt;
        endedAt = event.t;
        killedAt = killed ? event.t : null;
        killed = false;
        break;
      case "started": {
        // The sync that kills restarts, too: what it saw ended was the instance before. So does one that has not noticed yet that
        // what it wants to kill has ended by itself.
        const unnoticed: boolean = condemned && event.t - (endedAt ?? 0) <= SECOND_US;
        const seen: Micros | null = killedAt === event.t || unnoticed ? endedBefore : endedAt;
        killedAt = null;
        condemned = false;
        if (seen === null) break;
        if (remembered !== null && event.t - remembered.since > FORGOTTEN_US) remembered = null;
        if (remembered !== null && seen - remembered.since > FORGOTTEN_US) remembered = null;
        const { valueUs = 0 } = remembered ?? {};
        if (event.t - seen < valueUs) {
          const what = `it starts ${seconds(event.t - seen)} after an end, its back-off is ${seconds(valueUs)}`;
          return found(stream, event.t, what);
        }
        const next: Micros = remembered === null ? FIRST_US : Math.min(2 * valueUs, CAP_US);
        remembered = { valueUs: next, since: event.t };
      }
    }
  }
  return null;
}
