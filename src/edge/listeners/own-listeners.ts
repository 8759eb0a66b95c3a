import type { Result } from "#base/result.js";
import type { Told } from "#edge/transparent/calls/call-filter.js";
import type { ArtifactId, GenerationId } from "#model/generation.js";
import type { SocketSource } from "#model/socket-source.js";
import type { Listeners } from "#ports/listeners.js";

/** In the order of the settings. */
export interface Provided {
  /** Listening sockets. Empty where hotpod forwards. */
  readonly fds: readonly number[];
  /** Of the listeners they belong to, where those are not all that are set. */
  readonly names?: readonly string[];
  /** Nothing reaches these sockets but what is steered to this generation. */
  readonly apart: boolean;
  /** Where hotpod forwards: ports of loopback that the service is to listen on. */
  readonly ports: readonly number[];
  /** Where the service binds for itself. */
  readonly exchange?: {
    /** At least. */
    readonly told: Told;
    /** Takes the descriptor that tells of its calls (seccomp_unotify(2)), and what tells the living processes of its tree. */
    readonly watch: (listener: number, told: Told, members: () => readonly number[]) => void;
  };
}

/** Where one generation answers. `localAddress` makes it exactly that one; without it, whoever listens there. */
export type Reach =
  | { readonly host: string; readonly port: number; readonly localAddress?: string }
  | { readonly socketPath: string };

/** The port, and what the edge's other half needs to hand sockets to processes and to look at them. */
export interface OwnListeners extends Listeners {
  /** `share` divides new connections, at one address at least. */
  readonly weighs: boolean;
  /** The addresses at which it does not, for people. */
  readonly undivided: readonly string[];
  /** What a generation of that artifact is given to listen on. Valid until `release`. The error is for people. */
  provide(
    generation: GenerationId,
    source: SocketSource,
    artifact?: ArtifactId,
  ): Result<Provided, string>;
  /** `exchange` cannot be had here, in words. True: it can be provided without. */
  forgoBinds?(reason: string): boolean;
  /** The generation has not taken its sockets for a while. True: what it has bound instead is where it is reached. */
  takeAsItIs?(generation: GenerationId): boolean;
  /** Undoes `provide` for a generation that never ran: what it had taken over is where it was. */
  takeBack(generation: GenerationId, source: SocketSource): void;
  /** The first steered TCP listener, else the first Unix socket of its own; null: nothing tells generations apart. */
  reachFirst(generation: GenerationId): Reach | null;
  /** `port: null`: the first TCP listener's, else the first Unix socket. A port that is not ours is asked plainly. */
  reach(generation: GenerationId, port: number | null): Reach;
  /**
   * Calls back once the generation has an address to be reached at, where it is not known before. Answers a function that
   * forgets that.
   */
  onReachable?(generation: GenerationId, reachable: () => void): () => void;
  /** Hot settings have changed. */
  settingsChanged?(): void;
  /** Connections waiting in the accept queues of its sockets. */
  waiting(generation: GenerationId): number;
  /** Inodes of its sockets. */
  inodes(generation: GenerationId): readonly number[];
  /** From now on, what waits in sockets that are to be closed is given to whoever serves, if it can take it. */
  carryBy?(carrier: Carrier): void;
  close(): void;
}

/** The way of a connection to whoever serves. */
export interface Carrier {
  /** Whether who serves takes any. */
  able(): boolean;
  /** A copy of the connection goes to the listener of that name. */
  carry(listener: string, connection: number): void;
}
