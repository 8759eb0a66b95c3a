import type { LifeEvent, Micros } from "#model/life/life-event.js";
import type { LifeChecker } from "#simulate/properties/checker.js";
import { type ContainerStream, eachStream, found, SECOND_US } from "./container-streams.js";

/**
 * K16: the event, then preStop, then the stop signal, then the rest of the grace, then SIGKILL; never another way round, never
 * sooner, never later.
 */
export const killOrder: LifeChecker = {
  watches: "K16",
  look: ({ input, streams }) =>
    eachStream(streams, (stream) =>
      follow(stream, input.workload.template.spec.terminationGracePeriodSeconds),
    ),
};

interface Kill {
  readonly at: Micros;
  graceS: number;
  /** A deletion has come in between. */
  isShortened: boolean;
  hookEndsAt: Micros | null;
  signalledAt: Micros | null;
}

function follow(stream: ContainerStream, podGraceS: number): string | null {
  let kill: Kill | null = null;
  for (const event of stream.events) {
    if (kill !== null) shorten(kill, stream, event.t, podGraceS);
    if (event.ev === "killing") {
      if (kill !== null) return found(stream, event.t, "it is killed while it is being killed");
      const wrong = wrongGrace(stream, event.data.reason, event.data.graceS, podGraceS, event.t);
      if (wrong !== null) return found(stream, event.t, wrong);
      const { graceS } = event.data;
      kill = { at: event.t, graceS, isShortened: false, hookEndsAt: null, signalledAt: null };
      continue;
    }
    const wrong = kill === null ? outside(event) : inside(stream, kill, event);
    if (wrong !== null) return found(stream, event.t, wrong);
    if (event.ev === "exited") kill = null;
  }
  return null;
}

/** A deletion during the kill leaves at most its own grace, from the kill's beginning. */
function shorten(kill: Kill, { deletedAt }: ContainerStream, now: Micros, podGraceS: number): void {
  if (deletedAt < kill.at || deletedAt > now || podGraceS >= kill.graceS) return;
  kill.graceS = podGraceS;
  kill.isShortened = true;
  const endsAt = Math.max(deletedAt, kill.at + podGraceS * SECOND_US);
  if (kill.hookEndsAt !== null) kill.hookEndsAt = Math.min(kill.hookEndsAt, endsAt);
}

function wrongGrace(
  { container, deletedAt }: ContainerStream,
  reason: string,
  graceS: number,
  podGraceS: number,
  at: Micros,
): string | null {
  const probe =
    reason === "liveness"
      ? container.livenessProbe
      : reason === "startup"
        ? container.startupProbe
        : null;
  const own = at >= deletedAt ? null : (probe?.terminationGracePeriodSeconds ?? null);
  const wanted = own ?? podGraceS;
  return graceS === wanted ? null : `a ${reason} kill has a grace of ${graceS}s, not ${wanted}s`;
}

function outside(event: LifeEvent): string | null {
  if (event.ev === "preStop") return "preStop without a kill";
  if (event.ev === "signal") return `${event.data.signal} without a kill`;
  return null;
}

function inside(stream: ContainerStream, kill: Kill, event: LifeEvent): string | null {
  switch (event.ev) {
    case "preStop":
      if (kill.signalledAt !== null) return "preStop after the stop signal";
      kill.hookEndsAt = Math.min(event.data.endsAt, kill.at + kill.graceS * SECOND_US);
      return null;
    case "signal":
      return event.data.signal === "SIGKILL"
        ? killed(kill, event.t)
        : stopped(stream, kill, event.t);
    case "started":
      return "it starts while it is being killed";
    case "exited":
      return event.data.exitCode === 137 && stream.rebootedAt.includes(event.t)
        ? null
        : late(kill, event.t);
    default:
      return null;
  }
}

function stopped({ container, role }: ContainerStream, kill: Kill, at: Micros): string | null {
  if (kill.signalledAt !== null) return "a second stop signal";
  if (container.lifecycle.preStop !== null && kill.graceS > 0 && kill.hookEndsAt === null) {
    return "the stop signal without preStop";
  }
  const due = kill.hookEndsAt ?? kill.at;
  if (at < due) return "the stop signal during preStop";
  // A sidecar waits for those that end before it.
  if (at > due && role !== "sidecar") return `the stop signal ${(at - due) / SECOND_US}s late`;
  kill.signalledAt = at;
  return null;
}

/** When SIGKILL is due: whole seconds that the hook took are taken off, and 2 s are left in any case. */
function dueOf({ at, graceS }: Kill, signalledAt: Micros): Micros {
  const usedS = Math.floor((signalledAt - at) / SECOND_US);
  return signalledAt + Math.max(2, graceS - usedS) * SECOND_US;
}

function killed(kill: Kill, at: Micros): string | null {
  if (kill.signalledAt === null) return "SIGKILL before the stop signal";
  const due = dueOf(kill, kill.signalledAt);
  if (at < due) return `SIGKILL ${(due - at) / SECOND_US}s early`;
  return late(kill, at);
}

function late(kill: Kill, at: Micros): string | null {
  if (kill.signalledAt === null) return null;
  // A deletion that shortens a kill leaves 2 s from then on, and rounds nothing off.
  const more = kill.isShortened ? 2 * SECOND_US : 0;
  const due = dueOf(kill, kill.signalledAt) + more;
  return at > due ? `it lives on ${(at - due) / SECOND_US}s after its grace` : null;
}
