import { constants } from "node:os";
import type { ListenFailure } from "#edge/listeners/listen-failure.js";

/** What bind(2) answers when it fails so. */
export function errorNumber({ kind }: ListenFailure): number {
  const { errno } = constants;
  if (kind === "in-use") return errno.EADDRINUSE;
  return kind === "privileged" ? errno.EACCES : errno.EADDRNOTAVAIL;
}
