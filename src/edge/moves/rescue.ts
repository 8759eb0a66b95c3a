import type { DurationMs } from "#base/time.js";
import { dismissWaiting } from "#edge/listeners/open-socket.js";
import type { Carrier } from "#edge/listeners/own-listeners.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";

/** Handshakes that were under way when the generation ended come to their end within this time. */
const LATE_MS: DurationMs = 1_000;
const LOOK_MS: DurationMs = 20;

/** A listener's name, and its group. */
export interface NamedGroup {
  readonly name: string;
  readonly group: SteeredGroup;
}

/**
 * Sockets of a generation that has ended while another serves. The kernel resets what waits in a listening socket that is
 * closed; so it is accepted here and carried to the one that serves, for as long as something may still come.
 */
export class Rescue {
  carrier: Carrier | null = null;
  readonly #libc: Libc;
  readonly #groups: () => readonly NamedGroup[];
  readonly #timers = new Map<GenerationId, NodeJS.Timeout>();

  constructor(libc: Libc, groups: () => readonly NamedGroup[]) {
    this.#libc = libc;
    this.#groups = groups;
  }

  /** Closes the generation's sockets: at once where nobody can take what waits, else when nothing comes any more. */
  release(generation: GenerationId, closed: () => void = () => {}): void {
    if (this.#timers.has(generation)) return;
    this.#look(generation, performance.now() + LATE_MS, closed);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #look(generation: GenerationId, until: number, closed: () => void): void {
    this.#timers.delete(generation);
    if (!this.#carryAll(generation) || performance.now() >= until) {
      for (const { group } of this.#groups()) group.close(generation);
      closed();
      return;
    }
    const timer = setTimeout(() => this.#look(generation, until, closed), LOOK_MS);
    this.#timers.set(generation, timer);
  }

  /** False: nobody can take anything. */
  #carryAll(generation: GenerationId): boolean {
    const { carrier } = this;
    if (carrier?.able() !== true) return false;
    for (const { name, fd } of this.#sockets(generation)) {
      dismissWaiting(this.#libc, fd, (connection) => carrier.carry(name, connection));
    }
    return true;
  }

  #sockets(generation: GenerationId): { readonly name: string; readonly fd: number }[] {
    return this.#groups().flatMap(({ name, group }) => {
      const socket = group.endpoint.protocol === "tcp" ? group.socket(generation) : null;
      return socket === null ? [] : { name, fd: socket.fd };
    });
  }
}
