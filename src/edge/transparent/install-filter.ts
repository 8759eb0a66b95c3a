import type { Libc } from "#edge/native/libc.js";
import { bindFilter, MACHINES } from "./bind-filter.js";

const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
const INSTRUCTION_BYTES = 8;
const ENOSYS = 38;

/**
 * For the process that becomes the service: its binds are told to whoever holds the answered descriptor. A negative number
 * is an error number. Gives up gaining privileges by exec, without which an unprivileged process may install no filter.
 */
export function installBindFilter(libc: Libc): number {
  const machine = MACHINES[process.arch];
  if (machine === undefined) return -ENOSYS;
  if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1) !== 0) return -libc.errno();
  const filter = bindFilter(machine);
  const program = Buffer.alloc(16);
  program.writeUInt16LE(filter.length / INSTRUCTION_BYTES, 0);
  program.writeBigUInt64LE(libc.address(filter), 8);
  const fd = libc.seccomp(
    machine.seccomp,
    SECCOMP_SET_MODE_FILTER,
    SECCOMP_FILTER_FLAG_NEW_LISTENER,
    program,
  );
  // Reading the length here keeps the filter referenced until the kernel has copied it.
  return fd >= 0 && filter.length > 0 ? fd : -libc.errno();
}
