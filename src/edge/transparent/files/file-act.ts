import { addressArgument, intArgument, type ToldCall } from "#edge/transparent/calls/told-call.js";

/** What a call would do to the file that a path names. */
export type FileAct = {
  /** Relative paths begin here: a descriptor of the caller's, or AT_FDCWD. */
  readonly folderFd: number;
  /** Where the path lies in the memory of the caller; of `connect` the address does. */
  readonly pathAt: bigint;
} & (
  | { readonly kind: "remove" }
  | { readonly kind: "connect" }
  | { readonly kind: "mode"; readonly mode: number }
  /** -1: as it is. */
  | { readonly kind: "owner"; readonly uid: number; readonly gid: number }
);

export const AT_FDCWD = -100;
const AT_REMOVEDIR = 0x200;
const PERMISSIONS = 0o7777;

/** null: nothing that touches the file of a socket. */
export function fileAct(call: ToldCall): FileAct | null {
  const here = { folderFd: AT_FDCWD, pathAt: addressArgument(call, 0) };
  const there = { folderFd: intArgument(call, 0), pathAt: addressArgument(call, 1) };
  const mode = (index: number) => ({ mode: intArgument(call, index) & PERMISSIONS });
  const owner = (index: number) => ({
    uid: userNumber(intArgument(call, index)),
    gid: userNumber(intArgument(call, index + 1)),
  });
  switch (call.name) {
    case "connect":
      return { kind: "connect", folderFd: AT_FDCWD, pathAt: addressArgument(call, 1) };
    case "unlink":
      return { kind: "remove", ...here };
    case "unlinkat":
      return (intArgument(call, 2) & AT_REMOVEDIR) === 0 ? { kind: "remove", ...there } : null;
    case "chmod":
      return { kind: "mode", ...here, ...mode(1) };
    case "fchmodat":
    case "fchmodat2":
      return { kind: "mode", ...there, ...mode(2) };
    case "chown":
    case "lchown":
      return { kind: "owner", ...here, ...owner(1) };
    case "fchownat":
      return { kind: "owner", ...there, ...owner(2) };
    default:
      return null;
  }
}

const userNumber = (value: number): number => (value === -1 ? -1 : value >>> 0);
