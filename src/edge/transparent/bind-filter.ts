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

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
/** Offsets in `struct seccomp_data`. */
const DATA_NUMBER = 0;
const DATA_ARCH = 4;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
const INSTRUCTION_BYTES = 8;

/**
 * The seccomp filter: bind(2) of this machine's own system calls is told to the supervisor, everything else runs on: three
 * instructions more for every other system call of the service.
 */
export function bindFilter({ auditArch, bind }: MachineAbi): Buffer {
  const instructions: readonly (readonly [code: number, yes: number, no: number, value: number])[] =
    [
      [LOAD_WORD, 0, 0, DATA_NUMBER],
      // Most calls are something else: they are through after two instructions.
      [JUMP_IF_EQUAL, 0, 3, bind],
      [LOAD_WORD, 0, 0, DATA_ARCH],
      [JUMP_IF_EQUAL, 0, 1, auditArch],
      [RETURN, 0, 0, SECCOMP_RET_USER_NOTIF],
      [RETURN, 0, 0, SECCOMP_RET_ALLOW],
    ];
  const program = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  for (const [at, [code, yes, no, value]] of instructions.entries()) {
    program.writeUInt16LE(code, at * INSTRUCTION_BYTES);
    program[at * INSTRUCTION_BYTES + 2] = yes;
    program[at * INSTRUCTION_BYTES + 3] = no;
    program.writeUInt32LE(value >>> 0, at * INSTRUCTION_BYTES + 4);
  }
  return program;
}
