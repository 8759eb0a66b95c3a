import type { Policy } from "#config/policy.js";
import type { Happening } from "#model/happening.js";
import type { Builds } from "#ports/builds.js";
import type { Clock } from "#ports/clock.js";
import type { Journal } from "#ports/journal.js";
import type { Listeners } from "#ports/listeners.js";
import type { Processes } from "#ports/processes.js";
import type { Command } from "./command.js";
import type { Event } from "./event.js";
import type { State } from "./state.js";
import type { Status } from "./status.js";
import { statusOf } from "./status-of.js";
import { type Step, step } from "./step.js";

/** The world as the supervisor acts on it. */
export interface Ports {
  readonly builds: Builds;
  readonly processes: Processes;
  readonly listeners: Listeners;
  readonly journal: Journal;
  /** The end of the program, with its exit code. Nothing is asked of the world afterwards. */
  readonly exit: (code: number) => void;
}

export interface Drive {
  readonly state: State;
  readonly ports: Ports;
  readonly clock: Clock;
  /** Sees every step before its commands are carried out. */
  readonly observe?: (event: Event, step: Step) => void;
  /** The core itself, unless a simulation puts a broken one in its place. */
  readonly decide?: (state: State, event: Event) => Step;
}

/** A running supervisor. */
export interface Driver {
  /** Tells the core what happened, now. What is dispatched during a dispatch comes after it. */
  readonly dispatch: (happening: Happening) => void;
  readonly changePolicy: (policy: Policy) => void;
  readonly state: () => State;
  readonly status: () => Status;
}

/** Carries out what the core decides. The only loop of the program: one event at a time, its commands in order. */
export function drive({ state: first, ports, clock, observe, decide = step }: Drive): Driver {
  let state = first;
  const waiting: Event[] = [];
  let turning = false;

  const take = (event: Event): void => {
    waiting.push(event);
    if (turning) return;
    turning = true;
    try {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const taken = decide(state, one);
        state = taken.state;
        observe?.(one, taken);
        for (const command of taken.commands) {
          carryOut(command, ports, clock);
          if (command.kind !== "steer") continue;
          const { generation } = command;
          waiting.push({ kind: "steered", generation, at: clock.now() });
        }
      }
    } finally {
      turning = false;
    }
  };

  return {
    dispatch: (happening) => take({ ...happening, at: clock.now() }),
    changePolicy: (policy) => take({ kind: "policy-changed", policy, at: clock.now() }),
    state: () => state,
    status: () => statusOf(state, clock.now()),
  };
}

type Act<K extends Command["kind"]> = (
  command: Extract<Command, { readonly kind: K }>,
  ports: Ports,
  clock: Clock,
) => void;

type Acts = { readonly [K in Command["kind"]]: Act<K> };

function carryOut(command: Command, ports: Ports, clock: Clock): void {
  const act = acts[command.kind] as Act<typeof command.kind>;
  act(command, ports, clock);
}

const acts: Acts = {
  "read-inputs": ({ ticket }, { builds }) => builds.readInputs(ticket),
  "start-build": ({ build, content }, { builds }) => builds.start(build, content),
  "cancel-build": ({ build }, { builds }) => builds.cancel(build),
  "keep-artifacts": ({ artifacts }, { builds }) => builds.keep(artifacts),
  "mark-good": ({ artifact }, { builds }) => builds.markGood(artifact),
  "measure-memory": ({ generation }, { processes }) => processes.measureMemory(generation),
  "start-generation": ({ generation, artifact, sockets }, { processes }) =>
    processes.start(generation, artifact, sockets),
  "stop-readiness": ({ generation }, { processes }) => processes.stopReadiness(generation),
  signal: ({ generation, signal }, { processes }) => processes.signal(generation, signal),
  kill: ({ generation }, { processes }) => processes.kill(generation),
  "probe-liveness": ({ generation }, { processes }) => processes.probeLiveness(generation),
  steer: ({ generation }, { listeners }) => listeners.steer(generation),
  share: ({ generation, percent }, { listeners }) => listeners.share(generation, percent),
  "await-queue": ({ generation }, { listeners }) => listeners.awaitQueue(generation),
  "stop-accepting": (_command, { listeners }) => listeners.stopAccepting(),
  "release-sockets": ({ generation }, { listeners }) => listeners.release(generation),
  "wake-at": ({ wake, at }, _ports, clock) => clock.wakeAt(wake, at),
  announce: ({ notice }, { journal }, clock) => journal.announce(notice, clock.now()),
  exit: ({ code }, { exit }) => exit(code),
};
