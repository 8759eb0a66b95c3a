import type { Command } from "#generation/command.js";
import type { Event } from "#generation/event.js";
import type { State } from "#generation/state.js";
import type { Status } from "#generation/status.js";
import type { World } from "#simulate/world.js";

/** Looks at what happens from outside: events in, commands out, the true world and the status. */
export interface Checker {
  /** The invariant it watches, as `I1` to `I6` or a word. */
  readonly watches: string;
  /** Before the commands of a step are carried out. What is wrong, or null. */
  readonly onStep?: (event: Event, commands: readonly Command[], state: State) => string | null;
  /** After everything a step asked for was done. */
  readonly after?: (status: Status) => string | null;
  /** Once, when the run is over. */
  readonly atEnd?: (status: Status) => string | null;
}

export type NewChecker = (world: World) => Checker;

/** The first thing found, or null. */
export function firstOf(found: Iterable<string | null>): string | null {
  for (const one of found) if (one !== null) return one;
  return null;
}
