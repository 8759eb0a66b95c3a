import type { DurationMs } from "#base/time.js";
import type { GenerationId } from "#model/generation.js";

/** How the relay treats its clients. Hot. */
export interface RelayOptions {
  /** `auto`: by the first bytes of a connection; `tcp`: never looked into. */
  readonly protocol: "auto" | "http" | "tcp";
  /** Tell the service of the client in `X-Forwarded-*`. */
  readonly forwarded: boolean;
  /** Tell the service of the client in a PROXY protocol header at the beginning of each connection. */
  readonly proxyHeader: "none" | "v1" | "v2";
  /** So many requests wait at most while nothing is ready. */
  readonly queueMax: number;
  /** A request waits at most so long. */
  readonly waitMs: DurationMs;
}

/** To the relay's thread. */
export type RelayOrder =
  /** `sockets`: listening descriptors of this process, in the order of the settings. */
  | { readonly kind: "open"; readonly sockets: readonly number[]; readonly options: RelayOptions }
  | { readonly kind: "options"; readonly options: RelayOptions }
  /** `ports`: where the generation listens on loopback, one for each socket. */
  | {
      readonly kind: "add";
      readonly generation: GenerationId;
      readonly ports: readonly number[];
    }
  /** It takes the place of another, with what waits for that. */
  | { readonly kind: "replace"; readonly generation: GenerationId; readonly with: GenerationId }
  /** New requests and connections go to this one. */
  | { readonly kind: "route"; readonly generation: GenerationId }
  /** So many per cent of the clients' connections go to this one until the next `route`. */
  | { readonly kind: "share"; readonly generation: GenerationId; readonly percent: number }
  /** → `emptied`. If it is the one that gets new requests, these wait from now on. */
  | { readonly kind: "await"; readonly generation: GenerationId }
  | { readonly kind: "remove"; readonly generation: GenerationId }
  /** Take no client any more; let those that are there go with their next answer. */
  | { readonly kind: "stop" };

/** From the relay's thread. */
export type RelayNews = { readonly kind: "emptied"; readonly generation: GenerationId };
