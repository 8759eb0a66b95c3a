import { constants } from "node:os";
import type { Libc } from "#edge/native/libc.js";
import {
  answerBind,
  answerContinue,
  type BindRequest,
  type BoundAddress,
  descriptorFlags,
  parseAddress,
  readAddress,
  replaceDescriptor,
} from "./bind-request.js";
import { copyOptions, lookAtSocket, type SocketFacts } from "./foreign-socket.js";

/** What becomes of a bind that is ours to decide. */
export type BindOutcome =
  | { readonly kind: "socket"; readonly fd: number }
  | { readonly kind: "errno"; readonly errno: number };

export type BindTaken =
  | { readonly kind: "answered" }
  /** The service's memory or sockets may not be looked at: it binds for itself. */
  | { readonly kind: "forbidden"; readonly code: string };

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** Answers one bind(2): TCP addresses with a port are ours, everything else goes on as it was called. */
export function takeBind(
  libc: Libc,
  listener: number,
  request: BindRequest,
  open: (address: BoundAddress, facts: SocketFacts) => BindOutcome,
): BindTaken {
  let bytes: Buffer | null;
  try {
    bytes = readAddress(libc, listener, request);
  } catch (error) {
    answerContinue(libc, listener, request);
    const { code = "" } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ESRCH"
      ? { kind: "answered" }
      : { kind: "forbidden", code };
  }
  const address = bytes === null ? null : parseAddress(bytes);
  if (address === null || address.port === 0) {
    answerContinue(libc, listener, request);
    return { kind: "answered" };
  }
  const facts = lookAtSocket(libc, request.tid, request.fd);
  if (facts === null || !facts.stream) {
    const { EPERM } = constants.errno;
    const code = facts === null && libc.errno() === EPERM ? "EPERM" : null;
    answerContinue(libc, listener, request);
    return code === null ? { kind: "answered" } : { kind: "forbidden", code };
  }
  const outcome = open(address, facts);
  if (outcome.kind === "errno") {
    answerBind(libc, listener, request, outcome.errno);
    return { kind: "answered" };
  }
  copyOptions(libc, outcome.fd, facts);
  const waits = (descriptorFlags(request.tid, request.fd) & O_NONBLOCK) === 0;
  const flags = libc.fcntl(outcome.fd, F_GETFL, 0) & ~O_NONBLOCK;
  libc.fcntl(outcome.fd, F_SETFL, waits ? flags : flags | O_NONBLOCK);
  answerBind(libc, listener, request, replaceDescriptor(libc, listener, request, outcome.fd));
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
