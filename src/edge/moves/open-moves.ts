import { sendDescriptors } from "#edge/native/descriptor-message.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import { type Channel, openChannel } from "./channel.js";
import { openMoveQueue } from "./move-queue.js";

/** Kept-alive connections on their way from one generation to the next. */
export interface Moves {
  /**
   * What a generation inherits beside its listening sockets: both ends of the queue, and its end of a channel of its own.
   * Empty where the kernel has no such sockets: then connections are ended politely.
   */
  provide(generation: GenerationId): readonly number[];
  /** They are on their way to it. */
  given(generation: GenerationId): void;
  /**
   * From now on it alone takes what others put into the queue; what waits is closed if it does not know how. `previous`, whose
   * place it took, gives its connections away at once.
   */
  promoted(generation: GenerationId, previous: GenerationId | null): void;
  /** Whether who serves takes connections. */
  able(): boolean;
  /** Puts a copy of a connection into the queue, for the listener of that name. */
  carry(listener: string, connection: number): void;
  /** It is about to be asked to end, with this one in its place; null: one that is still to come. */
  leaving(generation: GenerationId, successor: GenerationId | null): void;
  /** No other generation follows. */
  stopping(): void;
  /** Nothing of it is left. */
  forget(generation: GenerationId): void;
  close(): void;
}

export function openMoves(libc: Libc): Moves {
  const queue = openMoveQueue(libc);
  const channels = new Map<GenerationId, Channel>();
  const takes = (generation: GenerationId): boolean => channels.get(generation)?.takes() ?? false;
  let serving: GenerationId | null = null;
  let stopping = false;
  return {
    provide: (generation) => {
      const channel = queue === null ? null : openChannel(libc);
      if (queue === null || channel === null) return [];
      channels.set(generation, channel);
      return [...queue.ends, channel.theirs];
    },
    given: (generation) => channels.get(generation)?.given(),
    promoted: (generation, previous) => {
      const taken = takes(generation);
      serving = generation;
      for (const [other, channel] of channels) {
        if (other === generation) continue;
        channel.say("stand-by");
        if (!taken) channel.say("stay");
      }
      if (!taken) queue?.clear();
      channels.get(generation)?.say("promoted");
      if (taken && previous !== null) channels.get(previous)?.say("rest");
    },
    able: () => !stopping && serving !== null && takes(serving),
    carry: (listener, connection) => {
      if (queue === null) return;
      sendDescriptors(libc, queue.ends[0], [connection], Buffer.from(listener));
    },
    leaving: (generation, successor) => {
      if (stopping || successor === generation) return;
      if (successor === null || takes(successor)) channels.get(generation)?.say("move");
    },
    stopping: () => {
      if (stopping) return;
      stopping = true;
      for (const channel of channels.values()) channel.say("stay");
    },
    forget: (generation) => {
      channels.get(generation)?.close();
      channels.delete(generation);
    },
    close: () => {
      for (const channel of channels.values()) channel.close();
      channels.clear();
      queue?.close();
    },
  };
}
