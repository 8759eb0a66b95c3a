import { prng } from "#base/prng.js";
import type { Command } from "#generation/command.js";
import { drive } from "#generation/drive.js";
import type { Event } from "#generation/event.js";
import { initialState, type State } from "#generation/state.js";
import { type Step, step } from "#generation/step.js";
import type { Artifact } from "#model/generation.js";
import { agenda } from "./agenda.js";
import { boundedProcesses } from "./checkers/bounded-processes.js";
import { firstOf, type NewChecker } from "./checkers/checker.js";
import { lastChangeWins } from "./checkers/last-change-wins.js";
import { listenerOwner } from "./checkers/listener-owner.js";
import { noSecondTry } from "./checkers/no-second-try.js";
import { orderlyEnd } from "./checkers/orderly-end.js";
import { patience } from "./checkers/patience.js";
import { starvation } from "./checkers/starvation.js";
import { truthfulLiveness } from "./checkers/truthful-liveness.js";
import { falseBuilds } from "./false-builds.js";
import { falseListeners } from "./false-listeners.js";
import { falseProcesses } from "./false-processes.js";
import { swarm } from "./options.js";
import { layOut, QUIET_AT_MS, QUIET_MS } from "./plot.js";
import { hashOf, newTrace } from "./trace.js";
import { invent, newWorld, type World } from "./world.js";

export interface Outcome {
  readonly seed: number;
  readonly steps: number;
  /** Equal for equal runs. */
  readonly hash: string;
  /** What was found wrong first, with the invariant; null: nothing. */
  readonly failure: string | null;
  readonly trace: readonly string[];
}

export type Core = (state: State, event: Event) => Step;

const checkers: readonly NewChecker[] = [
  listenerOwner,
  boundedProcesses,
  truthfulLiveness,
  lastChangeWins,
  starvation,
  orderlyEnd,
  noSecondTry,
  patience,
];

/** More steps than these in one run are a loop. */
const STEPS_MAX = 50_000;

/** One life of a supervisor in a false world that this number makes. The same number makes the same life. */
export function simulateSeed(seed: number, core: Core = step, keepTrace = false): Outcome {
  const random = prng(seed);
  const options = swarm(random);
  const time = agenda();
  const world = newWorld(time, random, options);
  const watching = checkers.map((newChecker) => newChecker(world));
  const trace = newTrace(keepTrace);
  let failure: string | null = null;
  let steps = 0;
  const note = (watches: string, found: string | null): void => {
    if (found !== null) failure ??= `${watches}: ${found}`;
  };

  const driver = drive({
    state: initialState(options.policy, { terminal: options.terminal, weighs: true }),
    ports: {
      builds: falseBuilds(world),
      processes: falseProcesses(world),
      listeners: falseListeners(world),
      journal: { announce: () => {} },
      exit: (code) => {
        world.exit = { at: time.now(), code };
      },
    },
    clock: {
      now: time.now,
      wakeAt: (wake, at) => time.after(at - time.now(), () => world.tell({ kind: "woke", wake })),
    },
    decide: core,
    observe(event, { commands, state }) {
      steps++;
      trace.step(event, commands);
      notePromotion(world, event.at, commands);
      for (const { watches, onStep } of watching) {
        if (onStep !== undefined) note(watches, onStep(event, commands, state));
      }
    },
  });
  const checked = (act: () => void): void => {
    if (world.exit !== null) return;
    act();
    const status = driver.status();
    for (const { watches, after } of watching) {
      if (after !== undefined) note(watches, after(status));
    }
    note("ports", firstOf(world.breaches));
  };
  world.tell = (happening) => checked(() => driver.dispatch(happening));
  layOut(world, {
    tell: world.tell,
    changePolicy: (policy) => checked(() => driver.changePolicy(policy)),
  });
  boot(world);
  while (failure === null && steps < STEPS_MAX && time.turn(QUIET_AT_MS + QUIET_MS)) {}
  if (steps >= STEPS_MAX) note("loop", `more than ${STEPS_MAX} steps`);
  if (failure === null) {
    const status = driver.status();
    for (const { watches, atEnd } of watching) {
      if (atEnd !== undefined) note(watches, atEnd(status));
    }
  }
  return { seed, steps, hash: hashOf(trace), failure, trace: trace.lines };
}

function notePromotion(world: World, at: number, commands: readonly Command[]): void {
  for (const command of commands) {
    if (command.kind !== "announce" || command.notice.kind !== "promoted") continue;
    const tree = world.trees.get(command.notice.generation);
    if (tree !== undefined) tree.promotedAt = at;
  }
}

function boot(world: World): void {
  const { boot: from } = world.options;
  world.content = world.random.chance(1, 10) ? null : invent(world);
  const readyMade = (id: string): Artifact => ({ id, content: null });
  const image = from === "sources" ? null : readyMade("I");
  const lastGood = from === "last-good" ? readyMade("L") : null;
  if (image !== null && world.content !== null) world.builtFrom.set("I", world.content);
  world.agenda.after(0, () => world.tell({ kind: "started", image, lastGood }));
}
