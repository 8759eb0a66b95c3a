import type { Instant } from "#base/time.js";
import type { Notice } from "#model/notice.js";
import type { Command } from "./command.js";
import type { Counters, Inputs, State } from "./state.js";

/** One step under way: the state so far, the commands so far and the instant of the event. Never leaves `step`. */
export interface Draft {
  state: State;
  /** The state is a copy that nobody else has yet: further parts go into it as it is. */
  own: boolean;
  readonly commands: Command[];
  readonly at: Instant;
}

export function command(draft: Draft, ...commands: readonly Command[]): void {
  draft.commands.push(...commands);
}

export function announce(draft: Draft, notice: Notice): void {
  draft.commands.push({ kind: "announce", notice });
}

/** Replaces the named parts of the state. */
export function update(draft: Draft, parts: Partial<State>): void {
  if (!draft.own) {
    draft.state = copyOf(draft.state);
    draft.own = true;
  }
  Object.assign(draft.state, parts);
}

/** Field by field, which engines do several times as fast as a spread: most steps of a long simulation copy a state. */
function copyOf(state: State): State {
  return {
    policy: state.policy,
    facts: state.facts,
    life: state.life,
    boot: state.boot,
    inputs: state.inputs,
    build: state.build,
    updates: state.updates,
    handoverWhy: state.handoverWhy,
    next: state.next,
    main: state.main,
    candidate: state.candidate,
    retiring: state.retiring,
    steered: state.steered,
    standing: state.standing,
    previous: state.previous,
    lastGood: state.lastGood,
    firstReadyAt: state.firstReadyAt,
    quarantine: state.quarantine,
    crashes: state.crashes,
    health: state.health,
    counters: state.counters,
    timing: state.timing,
    alarm: state.alarm,
  };
}

export function updateInputs(draft: Draft, parts: Partial<Inputs>): void {
  update(draft, { inputs: { ...draft.state.inputs, ...parts } });
}

/** Gives out the next number. Numbers are never reused, so an answer that carries an old one is known to be stale. */
export function nextNumber(draft: Draft, counter: keyof Counters): number {
  const number = draft.state.counters[counter] + 1;
  update(draft, { counters: { ...draft.state.counters, [counter]: number } });
  return number;
}
