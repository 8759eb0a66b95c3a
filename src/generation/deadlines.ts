/** When something is due that no event will bring. Derived, never stored: a policy that changes moves them all. */
import { assert } from "#base/assert.js";
import type { Instant } from "#base/time.js";
import { burstDeadline, timeOutBuild } from "./decide/building.js";
import { askCanary, canaryDeadline, promoteCanary } from "./decide/canary.js";
import { roomDeadline } from "./decide/candidate.js";
import {
  advanceStopping,
  endRegardless,
  lastCallAt,
  leavingDeadline,
  stoppingDeadline,
} from "./decide/leave.js";
import { askLiveness, livenessDeadline } from "./decide/liveness.js";
import { passProbation } from "./decide/promote.js";
import { advance, changeRetiree, drainedAt, emptiedAt } from "./decide/retire.js";
import { becomeReady, giveUpWaiting, settledAt } from "./decide/starting.js";
import { command, type Draft, nextNumber, update } from "./draft.js";
import type { Canary, Retiree, Serving, Start } from "./place.js";
import type { State } from "./state.js";

type Due = (draft: Draft) => void;
/** Hears of every deadline there is. What is to be done is looked up only for the one that counts. */
type Hear = (at: Instant, due: () => Due) => void;

/** Every deadline consumes itself; more than these at one instant means that one does not. */
const DUE_AT_ONCE_MAX = 1_000;

/** Does everything that is due at the draft's instant, the oldest first. */
export function expire(draft: Draft): void {
  for (let count = 0; count < DUE_AT_ONCE_MAX; count++) {
    let first = Number.POSITIVE_INFINITY;
    let due: (() => Due) | null = null;
    deadlines(draft.state, (at, its) => {
      if (at < first) [first, due] = [at, its];
    });
    if (first > draft.at || due === null) return;
    (due as () => Due)()(draft);
  }
  assert(false, "a deadline that was met is over");
}

/** Asks for a wake at the earliest deadline, unless an earlier wake is under way. */
export function arm(draft: Draft): void {
  const { state } = draft;
  let first = Number.POSITIVE_INFINITY;
  // The end of a burst and room for one more need a wake and nothing done: the plan looks at the time itself. What is over
  // already waits for something else, which comes as an event.
  for (const at of [burstDeadline(state), roomDeadline(state)]) {
    if (at !== null && at > draft.at && at < first) first = at;
  }
  deadlines(state, (at) => {
    if (at < first) first = at;
  });
  if (first === Number.POSITIVE_INFINITY) return;
  const at = Math.max(first, draft.at);
  const { alarm } = state;
  if (alarm !== null && alarm.at <= at) return;
  const wake = nextNumber(draft, "wake");
  update(draft, { alarm: { wake, at } });
  command(draft, { kind: "wake-at", wake, at });
}

function deadlines(state: State, hear: Hear): void {
  const { life, build, policy, main, candidate } = state;
  switch (life.kind) {
    case "running":
      if (build.kind === "running") hear(build.since + policy.buildTimeoutMs, () => timeOutBuild);
      if (main.kind === "starting") ofStart(state, main.start, hear);
      if (candidate.kind === "starting") ofStart(state, candidate.start, hear);
      if (candidate.kind === "canary") ofCanary(state, candidate, hear);
      if (main.kind === "serving") ofServing(state, main, hear);
      farewells(state, hear);
      return;
    case "stopping":
      hear(stoppingDeadline(state, life), () => (draft) => advanceStopping(draft, life));
      farewells(state, hear);
      return;
    case "leaving":
      hear(leavingDeadline(life.since), () => endRegardless);
      return;
  }
}

function ofStart(state: State, start: Start, hear: Hear): void {
  const settled = settledAt(state, start);
  if (settled !== null) hear(settled, () => (draft) => becomeReady(draft, start, "accepting"));
  const givenUpAt = start.run.startedAt + state.policy.readyTimeoutMs;
  hear(givenUpAt, () => (draft) => giveUpWaiting(draft, start));
}

function ofServing(state: State, main: Serving, hear: Hear): void {
  const { policy, health } = state;
  if (main.trial === "probation" && (health.kind === "well" || health.kind === "renewed")) {
    hear(main.since + policy.probationMs, () => (draft) => passProbation(draft, main));
  }
  const askAt = livenessDeadline(state, main.liveness);
  if (askAt !== null) hear(askAt, () => (draft) => askLiveness(draft, main));
}

function ofCanary(state: State, canary: Canary, hear: Hear): void {
  const at = canaryDeadline(state, canary);
  if (at !== null) hear(at, () => (draft) => promoteCanary(draft, canary));
  const askAt = livenessDeadline(state, canary.liveness);
  if (askAt !== null) hear(askAt, () => (draft) => askCanary(draft, canary));
}

function farewells(state: State, hear: Hear): void {
  for (const retiree of state.retiring) farewell(state, retiree, hear);
  if (state.main.kind === "ending") farewell(state, state.main.retiree, hear);
}

function farewell(state: State, retiree: Retiree, hear: Hear): void {
  const at = farewellDeadline(state, retiree);
  if (at === null) return;
  const { generation } = retiree.run;
  hear(at, () => (draft) => {
    changeRetiree(draft, generation, (current) => advance(draft, current));
  });
}

function farewellDeadline({ policy, life }: State, { phase }: Retiree): Instant | null {
  switch (phase.kind) {
    case "lingering":
      return phase.since + policy.lingerMs;
    case "emptying":
      return life.kind === "stopping"
        ? Math.min(emptiedAt(phase.since, policy), lastCallAt(policy, life))
        : emptiedAt(phase.since, policy);
    case "draining":
      return drainedAt(phase, policy);
    case "standing-by":
    case "killed":
      return null;
  }
}
