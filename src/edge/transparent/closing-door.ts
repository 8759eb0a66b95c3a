import type { DurationMs } from "#base/time.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";

/** A client asks again a second after its first packet was dropped: nobody waits longer than for two of these. */
const SHUT_MS: DurationMs = 800;
const OPEN_MS: DurationMs = 400;
/** It has been asked to end and has nothing to do: it closes what it listens on by itself, or needs it no more. */
const ASKED_MS: DurationMs = 200;

/** Each begins to watch for something and answers what ends the watching. */
export interface Watches {
  /** Nothing is on its way to the generation any more. */
  readonly quiet: (quiet: () => void) => () => void;
  /** It answers nobody. */
  readonly rest: (rested: () => void) => () => void;
  /** It is asked to end from now on. */
  readonly rested: () => void;
  /** Its listening sockets are needed no more. */
  readonly end: () => void;
}

/**
 * Brings a generation to rest that goes on accepting at an address which the kernel prefers to that of its successor, so that no
 * steering reaches it: the first packets of new connections are dropped while it finishes the others, and clients send them
 * again to its successor. One that does not come to rest meanwhile gets new ones again for a while. Answers a function that
 * ends this, with the door open.
 */
export function closeDoor(groups: readonly SteeredGroup[], watches: Watches): () => void {
  let stopWatch = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  const openAgain = (): void => {
    stopWatch();
    for (const group of groups) group.admit(true);
  };
  const isOver = (): void => {
    clearTimeout(timer);
    timer = setTimeout(watches.end, ASKED_MS);
    watches.rested();
  };
  const attempt = (): void => {
    for (const group of groups) group.admit(false);
    stopWatch = watches.quiet(() => {
      stopWatch = watches.rest(isOver);
    });
    timer = setTimeout(() => {
      openAgain();
      timer = setTimeout(attempt, OPEN_MS);
    }, SHUT_MS);
  };
  attempt();
  return () => {
    clearTimeout(timer);
    openAgain();
  };
}
