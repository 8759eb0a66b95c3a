import { withBpf } from "#edge/native/bpf.js";
import type { Libc } from "#edge/native/libc.js";
import { callFilter, type Told } from "./call-filter.js";
import { MACHINES } from "./machine-abi.js";

const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
/** Without it a kernel before 5.16 gives up speculation in the process, which costs it several percent. */
const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
const SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
const ENOSYS = 38;

/**
 * For the process that becomes the service: its calls are told to whoever holds the answered descriptor. A negative number
 * is an error number. Gives up gaining privileges by exec, without which an unprivileged process may install no filter.
 */
export function installFilter(libc: Libc, told: Told): number {
  const machine = MACHINES[process.arch];
  if (machine === undefined) return -ENOSYS;
  if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1) !== 0) return -libc.errno();
  const fd = withBpf(libc, callFilter(machine, told), (program) =>
    libc.seccomp(
      machine.seccomp,
      SECCOMP_SET_MODE_FILTER,
      SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW,
      program,
    ),
  );
  return fd >= 0 ? fd : -libc.errno();
}
