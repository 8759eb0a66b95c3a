import { assembleBpf, JUMP_IF_EQUAL, LOAD_WORD, RETURN } from "#edge/native/bpf.js";

/** What differs between machines: linux/audit.h and the tables of system calls. */
export interface MachineAbi {
  readonly auditArch: number;
  readonly bind: number;
  readonly seccomp: number;
}

/** Machines on which binds can be watched. */
export const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, MachineAbi>>> = {
  x64: { auditArch: 0xc000003e, bind: 49, seccomp: 317 },
  arm64: { auditArch: 0xc00000b7, bind: 200, seccomp: 277 },
};

/** Offsets in `struct seccomp_data`. */
const DATA_NUMBER = 0;
const DATA_ARCH = 4;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_USER_NOTIF = 0x7fc00000;

/**
 * The seccomp filter: bind(2) of this machine's own system calls is told to the supervisor, everything else runs on, at the price of
 * three instructions.
 */
export function bindFilter({ auditArch, bind }: MachineAbi): Buffer {
  return assembleBpf([
    [LOAD_WORD, 0, 0, DATA_NUMBER],
    // Most calls are something else: the number comes first.
    [JUMP_IF_EQUAL, 0, 3, bind],
    [LOAD_WORD, 0, 0, DATA_ARCH],
    [JUMP_IF_EQUAL, 0, 1, auditArch],
    [RETURN, 0, 0, SECCOMP_RET_USER_NOTIF],
    [RETURN, 0, 0, SECCOMP_RET_ALLOW],
  ]);
}
