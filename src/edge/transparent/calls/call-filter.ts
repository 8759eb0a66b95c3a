import {
  assembleBpf,
  type Instruction,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  LOAD_WORD,
  RETURN,
} from "#edge/native/bpf.js";
import { CALL_NAMES, type CallName, type MachineAbi } from "./machine-abi.js";

/** What a service's supervisor is told of. */
export type Told =
  /** bind(2) alone. */
  | { readonly kind: "binds" }
  /**
   * Also what services do to the file of a Unix socket, and connect(2), by which some look whether another one lives. Connections
   * over IPv4 and IPv6 are told apart by their addresses' length and run on, unless paths of that length are of interest.
   */
  | { readonly kind: "files"; readonly pathLengths: readonly number[] };

/** Offsets in `struct seccomp_data`. */
const DATA_NUMBER = 0;
const DATA_ARCH = 4;
/** The lower half of the third argument. */
const DATA_THIRD = 32;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
/** `struct sockaddr_in` and `sockaddr_in6`. */
const NETWORK_LENGTHS: readonly number[] = [16, 28];
/** The family before a path, without and with the zero after it. */
const AROUND_PATH: readonly number[] = [2, 3];

/** All that name a file, not an address. */
const FILE_CALLS = CALL_NAMES.filter((name) => name !== "bind" && name !== "connect");

/**
 * The seccomp filter: these of this machine's own system calls are told to the supervisor, everything else runs on. All but
 * connect(2) is decided by the call's number alone, so that the kernel need not run the filter for calls that it always allows.
 */
export function callFilter(machine: MachineAbi, told: Told): Buffer {
  const names: readonly CallName[] = told.kind === "binds" ? ["bind"] : ["bind", ...FILE_CALLS];
  const numbers = names.flatMap((name) => machine.calls[name] ?? []);
  const connecting = told.kind === "binds" ? [] : whereConnecting(machine, told.pathLengths);
  // Whoever is told of must be a call of this machine: the same number means something else to other kinds of programs.
  const verdict: readonly Instruction[] = [
    [RETURN, 0, 0, SECCOMP_RET_ALLOW],
    [LOAD_WORD, 0, 0, DATA_ARCH],
    [JUMP_IF_EQUAL, 0, 1, machine.auditArch],
    [RETURN, 0, 0, SECCOMP_RET_USER_NOTIF],
    [RETURN, 0, 0, SECCOMP_RET_ALLOW],
  ];
  const toVerdict = numbers.map((number, at): Instruction => {
    const left = numbers.length - 1 - at;
    return [JUMP_IF_EQUAL, left + connecting.length + 1, 0, number];
  });
  return assembleBpf([[LOAD_WORD, 0, 0, DATA_NUMBER], ...toVerdict, ...connecting, ...verdict]);
}

/** Falls through to the verdict's first instruction for what runs on, and jumps over it for what is told. */
function whereConnecting({ calls }: MachineAbi, pathLengths: readonly number[]): Instruction[] {
  const told = pathLengths.flatMap((length) => AROUND_PATH.map((around) => length + around));
  const quiet = NETWORK_LENGTHS.filter((length) => !told.includes(length));
  if (calls.connect === undefined) return [];
  return [
    [JUMP_IF_EQUAL, 0, quiet.length + 2, calls.connect],
    [LOAD_WORD, 0, 0, DATA_THIRD],
    ...quiet.map((length, at): Instruction => [JUMP_IF_EQUAL, quiet.length - at, 0, length]),
    // Always so: the jump over what runs on.
    [JUMP_IF_AT_LEAST, 1, 1, 0],
  ];
}
