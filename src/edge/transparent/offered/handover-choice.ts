import type { HandoverReason } from "#model/listener.js";
import type { Emit } from "#ports/emit.js";

/**
 * What `handover: auto` has come to. Once a service has bound its address by itself it is `transparent` for good: one that
 * knows nothing of signals must never be ended as if it did.
 */
export class HandoverChoice {
  /** There is nothing to choose: `transparent` was asked for. */
  readonly isFixed: boolean;
  readonly #emit: Emit;
  #chosen: HandoverReason["kind"] | null = null;

  constructor(emit: Emit, isFixed: boolean) {
    this.#emit = emit;
    this.isFixed = isFixed;
  }

  get isTransparent(): boolean {
    return this.isFixed || this.#chosen === "bound" || this.isElsewhere;
  }

  /** It does not bind what is offered. */
  get takesSockets(): boolean {
    return this.#chosen === "took-sockets";
  }

  get isElsewhere(): boolean {
    return this.#chosen === "bound-elsewhere";
  }

  /** The first generation is ready, by whatever it did. */
  served(): void {
    if (this.#chosen === null) this.#choose("inherit", { kind: "took-sockets" });
  }

  /** A service that once took sockets may come to bind in a later version. */
  bound(address: string): void {
    if (!this.isTransparent) this.#choose("transparent", { kind: "bound", address });
  }

  /** False: it has shown otherwise before. */
  boundElsewhere(address: string, instead: string): boolean {
    if (this.#chosen !== null) return false;
    this.#choose("transparent", { kind: "bound-elsewhere", address, instead });
    return true;
  }

  #choose(handover: "inherit" | "transparent", why: HandoverReason): void {
    if (this.isFixed) return;
    this.#chosen = why.kind;
    setImmediate(() => this.#emit({ kind: "handover-chosen", handover, why }));
  }
}
