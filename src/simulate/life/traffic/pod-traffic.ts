import type { Micros } from "#model/life/life-event.js";
import type { Requests } from "#model/life/life-report.js";
import type { Clients } from "#simulate/life/life-input.js";
import type { ListenerMode, Meeting } from "./listener.js";

const S = 1_000_000;

/** A stretch in which requests were lost, as it is told. */
export interface Loss {
  readonly fromUs: Micros;
  readonly toUs: Micros;
  readonly kind: "refused" | "reset" | "timeout" | "5xx" | "eof";
  readonly requests: number;
  readonly cause: string;
}

type Sums = { -readonly [K in keyof Requests]: Requests[K] };

/**
 * The requests of one pod as a fluid: between two changes their rate and what they meet are constant, so that what becomes of them
 * is a product of rate and time. Fractions of a request are to be expected.
 */
export interface PodTraffic {
  /** New requests a second that are sent here from now on. */
  rate(perSecond: number, now: Micros): void;
  /** What they meet from now on. */
  meet(meeting: Meeting, now: Micros): void;
  /** The process that answered has ended without finishing: what was under way is reset. */
  cut(now: Micros, cause: string): void;
  /** It has closed its idle kept-alive connections, of which this share is met by a request all the same. */
  closeIdle(share: number, now: Micros, cause: string): void;
  /** Counts up to now. */
  settle(now: Micros): void;
  readonly sums: Requests;
  /** How long nobody could be answered, while somebody asked. */
  readonly downUs: Micros;
}

interface Flow {
  readonly clients: Clients;
  readonly lost: (loss: Loss) => void;
  readonly sums: Sums;
  rate: number;
  mode: ListenerMode;
  cause: string;
  since: Micros;
  downUs: Micros;
  /** Requests that wait in a bound socket, as stretches of arrivals. */
  waiting: { readonly fromUs: Micros; readonly toUs: Micros; readonly rate: number }[];
}

export function podTraffic(clients: Clients, lost: (loss: Loss) => void): PodTraffic {
  const sums: Sums = { ok: 0, refused: 0, reset: 0, eof: 0, timeout: 0, serverError: 0 };
  const flow: Flow = {
    ...{ clients, lost, sums, rate: 0, mode: "closed", cause: "start", since: 0, downUs: 0 },
    waiting: [],
  };
  return {
    rate(perSecond, now) {
      settle(flow, now);
      flow.rate = perSecond;
    },
    meet(meeting, now) {
      settle(flow, now);
      const holds = meeting.mode === "silent" || meeting.mode === "queueing";
      if (!holds) release(flow, now, meeting.mode === "ok" || meeting.mode === "5xx");
      const turns = meeting.mode === "ok" || flow.mode === "ok" || !holds;
      if (turns) flow.cause = meeting.cause ?? flow.cause;
      flow.mode = meeting.mode;
    },
    cut(now, cause) {
      settle(flow, now);
      if (flow.mode !== "ok") return;
      const underWay = (flow.rate * clients.serviceUs) / S;
      const requests = underWay + clients.long.count;
      if (requests <= 0) return;
      // They had been counted as answered when they came.
      sums.ok -= Math.min(sums.ok, underWay);
      sums.reset += requests;
      lost({ fromUs: now, toUs: now, kind: "reset", requests, cause });
    },
    closeIdle(share, now, cause) {
      settle(flow, now);
      const idle = ((flow.rate * clients.longestPauseUs) / S / 2) * clients.keepAlive;
      const requests = idle * share;
      if (requests <= 0) return;
      sums.eof += requests;
      sums.ok -= Math.min(sums.ok, requests);
      lost({ fromUs: now, toUs: now, kind: "eof", requests, cause });
    },
    settle(now) {
      settle(flow, now);
      release(flow, now, false);
    },
    sums,
    get downUs() {
      return flow.downUs;
    },
  };
}

function settle(flow: Flow, now: Micros): void {
  if (now <= flow.since) return;
  const from = flow.since;
  flow.since = now;
  if (flow.rate === 0) return;
  if (flow.mode !== "ok") flow.downUs += now - from;
  switch (flow.mode) {
    case "ok":
      flow.sums.ok += (flow.rate * (now - from)) / S;
      return;
    case "closed":
      add(flow, "refused", "refused", from, now);
      return;
    case "5xx":
      add(flow, "5xx", "serverError", from, now);
      return;
    case "silent":
    case "queueing":
      flow.waiting.push({ fromUs: from, toUs: now, rate: flow.rate });
  }
}

function add(flow: Flow, kind: Loss["kind"], key: keyof Sums, fromUs: Micros, toUs: Micros): void {
  const requests = (flow.rate * (toUs - fromUs)) / S;
  flow.sums[key] += requests;
  if (requests > 0) flow.lost({ fromUs, toUs, kind, requests, cause: flow.cause });
}

/** What has waited is answered from now on, as far as its clients still wait; otherwise it is lost to them. */
function release(flow: Flow, now: Micros, answered: boolean): void {
  const { sums, clients, cause } = flow;
  for (const { fromUs, toUs, rate } of flow.waiting) {
    const patientFrom = answered ? Math.min(toUs, Math.max(fromUs, now - clients.timeoutUs)) : toUs;
    sums.ok += (rate * (toUs - patientFrom)) / S;
    const requests = (rate * (patientFrom - fromUs)) / S;
    sums.timeout += requests;
    if (requests > 0) flow.lost({ fromUs, toUs: patientFrom, kind: "timeout", requests, cause });
  }
  flow.waiting = [];
}
