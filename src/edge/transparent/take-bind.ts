import { constants } from "node:os";
import type { FileAccess } from "#edge/listeners/slots/shared-socket.js";
import type { Libc } from "#edge/native/libc.js";
import {
  answerContinue,
  answerDone,
  type BoundAddress,
  intArgument,
  parseAddress,
  readAddress,
  type ToldCall,
} from "./calls/told-call.js";
import { isUnixStream } from "./files/caller.js";
import type { NamedFile } from "./files/named-file.js";
import { abstractName, takeUnixBind, unixPath } from "./files/take-unix-bind.js";
import { copyOptions, lookAtSocket, type SocketFacts } from "./foreign-socket.js";
import { giveSocket } from "./give-socket.js";

/** What becomes of a bind that is ours to decide. */
export type BindOutcome =
  | { readonly kind: "socket"; readonly fd: number }
  | { readonly kind: "errno"; readonly errno: number };

export type BindTaken =
  | { readonly kind: "answered" }
  /** The service's memory or sockets may not be looked at: it binds for itself. */
  | { readonly kind: "forbidden"; readonly code: string }
  /** A Unix socket without a file: the service binds for itself, there is nothing that could be renamed. */
  | { readonly kind: "abstract"; readonly name: string };

/** Where the sockets come from that take the place of the service's own. */
export interface Exchange {
  address(address: BoundAddress, facts: SocketFacts): BindOutcome;
  /** null: the service binds for itself. */
  file(named: NamedFile, access: FileAccess): number | null;
}

/** Answers one bind(2): TCP addresses with a port and paths are ours, everything else goes on as it was called. */
export function takeBind(
  libc: Libc,
  listener: number,
  call: ToldCall,
  exchange: Exchange,
): BindTaken {
  let bytes: Buffer | null;
  try {
    bytes = readAddress(libc, listener, call);
  } catch (error) {
    answerContinue(libc, listener, call);
    const { code = "" } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ESRCH"
      ? { kind: "answered" }
      : { kind: "forbidden", code };
  }
  const path = bytes === null ? null : unixPath(bytes);
  if (path !== null) {
    takeUnixBind(libc, listener, call, path, exchange.file);
    return { kind: "answered" };
  }
  const name = bytes === null ? null : abstractName(bytes);
  if (name !== null) {
    const serves = isUnixStream(call.tid, intArgument(call, 0));
    answerContinue(libc, listener, call);
    return serves ? { kind: "abstract", name } : { kind: "answered" };
  }
  const address = bytes === null ? null : parseAddress(bytes);
  if (address === null || address.port === 0) {
    answerContinue(libc, listener, call);
    return { kind: "answered" };
  }
  return takeAddress(libc, listener, call, address, exchange);
}

function takeAddress(
  libc: Libc,
  listener: number,
  call: ToldCall,
  address: BoundAddress,
  exchange: Exchange,
): BindTaken {
  const facts = lookAtSocket(libc, call.tid, intArgument(call, 0));
  if (facts === null || !facts.stream) {
    const { EPERM } = constants.errno;
    const code = facts === null && libc.errno() === EPERM ? "EPERM" : null;
    answerContinue(libc, listener, call);
    return code === null ? { kind: "answered" } : { kind: "forbidden", code };
  }
  const outcome = exchange.address(address, facts);
  if (outcome.kind === "errno") {
    answerDone(libc, listener, call, outcome.errno);
    return { kind: "answered" };
  }
  copyOptions(libc, outcome.fd, facts);
  giveSocket(libc, listener, call, outcome.fd);
  return { kind: "answered" };
}

/** An IPv6 socket that takes IPv4 as well is what an empty host means. */
export function addressOf(
  { family, host, wildcard, port }: BoundAddress,
  { v6Only }: SocketFacts,
): { kind: "tcp"; host: string; port: number } {
  const dual = family === 6 && wildcard && !v6Only;
  return { kind: "tcp", host: dual ? "" : host, port };
}
