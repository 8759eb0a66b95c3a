import type { GenerationId } from "#model/generation.js";
import type { ListenAddress } from "#model/listener.js";
import { showAddress } from "./listen-failure.js";
import { type SocketHolder, socketHolder } from "./socket-holder.js";
import { rowAddress, type SocketRow } from "./socket-table.js";

/** What people should hear about the sockets. */
export type ListenWarning =
  /** Somebody else takes connections meant for `address`: an orphan of an earlier run, most likely. */
  | {
      readonly kind: "stranger";
      readonly address: string;
      readonly listensOn: string;
      readonly holder: SocketHolder | null;
    }
  /** A service whose binds cannot be looked at binds for itself: it cannot be handed over. Said once for each generation. */
  | { readonly kind: "unwatched"; readonly generation: GenerationId; readonly code: string }
  /** A service binds an abstract Unix socket: it cannot be handed over. Said once for each name. */
  | { readonly kind: "abstract"; readonly generation: GenerationId; readonly name: string }
  /** The file of a promoted generation's Unix socket is gone, or may not be renamed. */
  | { readonly kind: "unrenamed"; readonly generation: GenerationId; readonly path: string }
  /** A service binds a Unix socket that nobody expected: what it does to the file at its end is not told. */
  | { readonly kind: "unnamed-file"; readonly generation: GenerationId; readonly path: string }
  /** Binds cannot be exchanged here at all: a service that takes no sockets has no hand-over. */
  | { readonly kind: "unexchanged"; readonly reason: string }
  /** During a swap the old and the new generation accept from one socket. Said once. */
  | { readonly kind: "unsteered"; readonly address: string; readonly why: "unix" | "kernel" };

export function strangerWarning(row: SocketRow, address: ListenAddress): ListenWarning {
  const holder = socketHolder(row.inode, new Set([process.pid]));
  return {
    kind: "stranger",
    address: showAddress(address),
    listensOn: rowAddress(row),
    holder,
  };
}
