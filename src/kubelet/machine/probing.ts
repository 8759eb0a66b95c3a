import { type Heard, hear, type Outcome, TRIES } from "#kubelet/prober/outcome.js";
import { count, gate } from "#kubelet/prober/worker.js";
import type { Micros } from "#model/life/life-event.js";
import {
  LIVENESS,
  leaveSteady,
  type Member,
  type PodState,
  type Prober,
  READINESS,
  STARTUP,
  STEADY,
  unsettle,
  wake,
} from "./pod-state.js";
import { tellReady } from "./publish.js";

/** Begins the pod's workers, before anything of it runs. Their first attempt, at this instant, finds nothing. */
export function beginWorkers(pod: PodState): void {
  pod.workersBegan = true;
  for (const member of pod.members) {
    for (const prober of member.probers) {
      if (prober === null) continue;
      prober.alive = true;
      const anchor = pod.host.open.anchorOf(member.place, prober.kind);
      scheduleFrom(pod, prober, firstTickAfter(anchor, prober.periodUs, pod.host.now()));
    }
  }
}

/** The first tick of that phase after `now`. */
function firstTickAfter(anchor: Micros, periodUs: Micros, now: Micros): Micros {
  const periods = Math.floor((now - anchor) / periodUs) + 1;
  return anchor + periods * periodUs;
}

function scheduleFrom(pod: PodState, prober: Prober, at: Micros): void {
  wake(pod, prober.code, at);
}

/** A worker's ticker. `want` is called where a sync follows from what is found. */
export function tick(pod: PodState, prober: Prober, want: () => void): void {
  if (!prober.alive) return;
  if (isOnHold(pod, prober)) {
    prober.asleep = true;
    return;
  }
  scheduleFrom(pod, prober, pod.host.now() + prober.periodUs);
  // The ticker's channel holds one tick; further ones are dropped.
  if (prober.busy) prober.ticked = true;
  else attempt(pod, prober, want);
}

/** Whether an attempt would find its verdict on the instance given, which ends with nothing done. */
function isOnHold(pod: PodState, { worker, place, busy, kind }: Prober): boolean {
  const { view } = pod;
  if (!worker.onHold || busy || view.phase === "Succeeded" || view.phase === "Failed") return false;
  // A poke would find it there as well.
  return kind !== "readiness" && worker.seen === pod.members[place]?.view.instance;
}

/** Another instance is shown: whoever slept goes on at the next tick of its grid. */
export function wakeProbers(pod: PodState, member: Member): void {
  for (const prober of member.probers) {
    if (prober === null || !prober.asleep) continue;
    prober.asleep = false;
    const now = pod.host.now();
    const at = firstTickAfter(pod.dueAt[prober.code] as number, prober.periodUs, now);
    scheduleFrom(pod, prober, at);
  }
}

/** A status that shows a started container which is not ready asks its readiness worker to look at once. */
export function pokeReadiness(pod: PodState, member: Member, want: () => void): void {
  const prober = member.probers[READINESS];
  if (prober === null || prober === undefined || !prober.alive) return;
  if (prober.busy) prober.poked = true;
  else answerPoke(pod, prober, want);
}

function answerPoke(pod: PodState, prober: Prober, want: () => void): void {
  leaveSteady(pod, prober);
  if (pod.version.quirks.readinessReanchor) {
    scheduleFrom(pod, prober, pod.host.now() + prober.periodUs);
  }
  attempt(pod, prober, want);
}

function attempt(pod: PodState, prober: Prober, want: () => void): void {
  const member = memberOf(pod, prober);
  const { worker } = prober;
  leaveSteady(pod, prober);
  const before = worker.seen;
  const verdictBefore = worker.verdict;
  const opened = gate(worker, pod.view, member.view, pod.host.now(), pod.version);
  const met = worker.seen !== before;
  if (opened === "leave") prober.alive = false;
  // What is stored for the first time, or turns, is an update; a liveness verdict wants a sync only when it is bad.
  if ((met || worker.verdict !== verdictBefore) && prober.kind !== "liveness") {
    if (prober.kind === "readiness") showReadiness(pod, member);
    want();
  }
  if (opened !== "ask") return;
  prober.busy = true;
  prober.tries = 1;
  const atOnce = pod.host.ask(member.place, prober.kind, worker.probe);
  if (atOnce === null) return;
  answered(pod, prober, atOnce, want);
  if (atOnce.kind === "success" && atOnce.lasts === true) settle(pod, prober);
}

/** Whether the next attempt can only count one more good answer, which nobody wants to hear of. */
function settle(pod: PodState, { worker, alive, busy, code }: Prober): void {
  const same = worker.verdict === "success" && worker.lastResult === "success" && !worker.onHold;
  if (same && alive && !busy && !pod.host.told.hears) pod.steady[code] = STEADY;
}

export function answered(pod: PodState, prober: Prober, outcome: Outcome, want: () => void): void {
  if (!prober.busy) return;
  if (outcome.kind === "error" && prober.tries < TRIES && prober.alive) {
    prober.tries += 1;
    const atOnce = pod.host.ask(prober.place, prober.kind, prober.worker.probe);
    if (atOnce !== null) answered(pod, prober, atOnce, want);
    return;
  }
  prober.busy = false;
  if (prober.alive) takeIn(pod, prober, outcome, want);
  if (prober.poked && prober.alive) {
    prober.poked = false;
    answerPoke(pod, prober, want);
  } else if (prober.ticked && prober.alive) {
    prober.ticked = false;
    attempt(pod, prober, want);
  }
}

/** Of nearly all attempts there are. */
const WELL: Heard = { result: "success", event: null };

function takeIn(pod: PodState, prober: Prober, outcome: Outcome, want: () => void): void {
  const { told } = pod.host;
  const member = memberOf(pod, prober);
  const { worker, kind } = prober;
  const heard = outcome.kind === "success" ? WELL : hear(kind, outcome, pod.version);
  const changed = heard.result !== null && count(worker, heard.result, pod.version);
  const ageUs = pod.host.now() - member.view.startedAt;
  const message = heard.event?.message ?? "";
  told.attempt(member.place, kind, heard.result ?? "error", message, worker.run, ageUs);
  if (heard.event !== null) told.event(member.place, heard.event.reason, heard.event.message);
  if (!changed) return;
  pod.quiet = false;
  told.verdict(member.place, kind, worker.verdict ?? "unknown");
  if (kind === "readiness") showReadiness(pod, member);
  if (kind === "startup" && worker.seen === member.view.instance) {
    member.view.started = worker.verdict === "success";
  }
  if (kind !== "liveness" || worker.verdict === "failure") want();
}

/** Readiness goes to the API at once, without a sync. */
function showReadiness(pod: PodState, member: Member): void {
  const prober = member.probers[READINESS];
  const current = prober?.worker.seen === member.view.instance;
  member.ready =
    member.view.state === "running" &&
    member.view.started &&
    current &&
    prober?.worker.verdict === "success";
  tellReady(pod);
}

function memberOf(pod: PodState, prober: Prober): Member {
  const member = pod.members[prober.place];
  if (member === undefined) throw new Error("invariant broken: a prober without a container");
  return member;
}

/** At the pod's end: of regular containers only readiness is still asked. */
export function stopProbersForEnd(pod: PodState): void {
  unsettle(pod);
  for (const member of pod.members) {
    if (member.role !== "regular") continue;
    for (const kind of [LIVENESS, STARTUP]) {
      const prober = member.probers[kind];
      if (prober !== null && prober !== undefined) prober.alive = false;
    }
  }
}

export function stopAllProbers(pod: PodState): void {
  unsettle(pod);
  for (const member of pod.members) {
    for (const prober of member.probers) if (prober !== null) prober.alive = false;
  }
}
