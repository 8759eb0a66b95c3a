/** Where clients reach the service. A worker without clients has none. */
export type ListenAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "udp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** One address hotpod binds for the service. `name` appears in LISTEN_FDNAMES; the order is the order of the fds. */
export interface Listener {
  readonly name: string;
  /** An empty host means every address, IPv6 and IPv4 on one dual-stack socket where the kernel has IPv6. */
  readonly address: ListenAddress;
}

/**
 * How clients pass from one generation to the next: each inherits sockets of its own, the old one ends before the new one
 * starts, hotpod accepts and forwards to a private port of each, or what it binds by itself is exchanged for a socket of the
 * group.
 */
export type Handover = "inherit" | "restart" | "proxy" | "transparent";

/** What a service did when everything was offered to it (`handover: auto`). */
export type HandoverReason =
  /** It got ready and has bound none of the addresses itself. */
  | { readonly kind: "took-sockets" }
  /** It bound the address of the first listener, or one that covers it. */
  | { readonly kind: "bound"; readonly address: string }
  /** It bound only what nobody had named. `instead`: where hotpod listened for it. */
  | { readonly kind: "bound-elsewhere"; readonly address: string; readonly instead: string };
