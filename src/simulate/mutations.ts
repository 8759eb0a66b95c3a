/** The core, broken on purpose in one way each: a checker that none of them alarms would be of no use. */
import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";
import type { State } from "#generation/state.js";
import { type Step, step } from "#generation/step.js";
import type { Core } from "./simulate-seed.js";

export interface Mutation {
  readonly name: string;
  /** The checkers that may be the first to see it. */
  readonly breaks: readonly string[];
  readonly core: Core;
}

export const mutations: readonly Mutation[] = [
  {
    name: "never-retire",
    breaks: ["I2", "I4", "I5"],
    core: changed(({ state, commands }) => ({
      state: { ...state, retiring: state.retiring.filter(({ phase }) => phase.kind === "killed") },
      commands,
    })),
  },
  {
    name: "promote-unready",
    breaks: ["I1"],
    core(state, event) {
      const first = step(state, event);
      if (event.kind !== "generation-spawned") return first;
      const { generation, at } = event;
      return andThen(first, { kind: "notified", generation, notice: "ready", at });
    },
  },
  {
    name: "two-builds",
    breaks: ["ports"],
    core(state, event) {
      const first = step(state, event);
      const cancel = first.commands.find((one) => one.kind === "cancel-build");
      if (cancel === undefined) return first;
      return andThen(first, { kind: "build-cancelled", build: cancel.build, at: event.at });
    },
  },
  {
    name: "drop-quarantine",
    breaks: ["I6"],
    core: changed(({ state, commands }) => ({ state: { ...state, quarantine: [] }, commands })),
  },
  {
    name: "skip-kill-at-grace",
    breaks: ["I5"],
    core: without(
      ({ kind }, { life }) => kind === "kill" && life.kind === "stopping" && life.stage === "kill",
    ),
  },
  {
    name: "ignore-starve-limit",
    breaks: ["I4"],
    core: withPolicy({ starveLimitMs: Number.POSITIVE_INFINITY }),
  },
  {
    name: "honour-stale-wakes",
    breaks: ["patience", "I1", "I5", "loop"],
    core(state, event) {
      const { alarm } = state;
      if (event.kind !== "woke" || alarm === null || alarm.wake === event.wake) {
        return step(state, event);
      }
      return step(state, { ...event, wake: alarm.wake, at: alarm.at });
    },
  },
  {
    name: "roll-back-to-the-bad-one",
    breaks: ["I6"],
    core(state, event) {
      const { previous, standing } = state;
      return step({ ...state, previous: previous === null ? null : standing }, event);
    },
  },
  {
    name: "red-while-building",
    breaks: ["I3"],
    core: changed(({ state, commands }) => {
      const health = { kind: "hopeless", detail: "" } as const;
      const bad = state.build.kind === "running" && state.life.kind === "running";
      return { state: bad ? { ...state, health } : state, commands };
    }),
  },
  {
    name: "forget-release",
    breaks: ["I4"],
    core: without(({ kind }) => kind === "release-sockets"),
  },
  {
    name: "end-the-old-one-first",
    breaks: ["I1"],
    core: withPolicy({ handover: "restart" }),
  },
  {
    name: "read-once",
    breaks: ["I4"],
    core: changed(({ state, commands }) => {
      const { reading } = state.inputs;
      if (reading.kind !== "reading") return { state, commands };
      const inputs = { ...state.inputs, reading: { ...reading, after: "rest" } as const };
      return { state: { ...state, inputs }, commands };
    }),
  },
  {
    name: "take-sockets-too-early",
    breaks: ["ports"],
    core(state, event) {
      const first = step(state, event);
      if (event.kind !== "generation-exited") return first;
      const { generation, at } = event;
      return andThen(first, { kind: "generation-gone", generation, at });
    },
  },
  {
    name: "leave-superseded-candidates",
    breaks: ["I2", "I4", "I5"],
    core: without(({ kind }, { life }) => kind === "kill" && life.kind === "running"),
  },
  {
    name: "always-exit-with-0",
    breaks: ["I5"],
    core: changed(({ state, commands }) => ({
      state,
      commands: commands.map((one) => (one.kind === "exit" ? { ...one, code: 0 } : one)),
    })),
  },
  {
    name: "restart-while-stopping",
    breaks: ["I5"],
    core(state, event) {
      const stopping = state.life.kind === "stopping" && event.kind === "generation-exited";
      return step(stopping ? { ...state, life: { kind: "running" } } : state, event);
    },
  },
  {
    name: "forget-the-proposal",
    breaks: ["I4"],
    core(state, event) {
      const lost = event.kind === "memory-measured" && state.candidate.kind === "measuring";
      return step(lost ? { ...state, candidate: { kind: "none" } } : state, event);
    },
  },
  {
    name: "leave-the-share",
    breaks: ["I1", "I2"],
    core(state, event) {
      const decided = step(state, event);
      const went = state.candidate.kind === "canary" && decided.state.candidate.kind === "none";
      const wentBack = went && decided.state.steered === state.steered;
      if (!wentBack) return decided;
      const commands = decided.commands.filter(({ kind }) => kind !== "steer");
      return { state: decided.state, commands };
    },
  },
  {
    name: "no-linger",
    breaks: ["patience"],
    core: withPolicy({ lingerMs: 0 }),
  },
];

/** What the core decided, changed afterwards. */
function changed(change: (decided: Step) => Step): Core {
  return (state, event) => change(step(state, event));
}

/** Some commands never reach the world. */
function without(isLost: (command: Command, state: State) => boolean): Core {
  return changed(({ state, commands }) => ({
    state,
    commands: commands.filter((command) => !isLost(command, state)),
  }));
}

/** It decides by another policy than the one it was given and shows. */
function withPolicy(parts: Partial<State["policy"]>): Core {
  return (state, event) => {
    const { state: after, commands } = step(
      { ...state, policy: { ...state.policy, ...parts } },
      event,
    );
    const policy = event.kind === "policy-changed" ? event.policy : state.policy;
    return { state: { ...after, policy }, commands };
  };
}

/** One more event that never happened. */
function andThen(first: Step, event: Event): Step {
  const second = step(first.state, event);
  return { state: second.state, commands: [...first.commands, ...second.commands] };
}
