/** Becomes its arguments, and as under a profile that forbids seccomp(2) they cannot install a filter. */
import koffi from "koffi";
import { assembleBpf, JUMP_IF_EQUAL, LOAD_WORD, RETURN, withBpf } from "#edge/native/bpf.js";
import { loadLibc } from "#edge/native/libc.js";
import { MACHINES } from "#edge/transparent/bind-filter.js";

const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_EPERM = 0x00050001;

const number = MACHINES[process.arch]?.seccomp ?? 0;
const filter = assembleBpf([
  [LOAD_WORD, 0, 0, 0],
  [JUMP_IF_EQUAL, 0, 1, number],
  [RETURN, 0, 0, SECCOMP_RET_EPERM],
  [RETURN, 0, 0, SECCOMP_RET_ALLOW],
]);
const libc = loadLibc();
libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
const done = withBpf(libc, filter, (program) =>
  libc.seccomp(number, SECCOMP_SET_MODE_FILTER, 0, program),
);
if (done !== 0) throw new Error(`seccomp failed with errno ${libc.errno()}`);
const argv = process.argv.slice(2);
const env = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
// Node has set close-on-exec on what it was started with.
for (const fd of [0, 1, 2]) libc.fcntl(fd, 2, 0);
koffi.load(null).func("int execve(const char *, const char **, const char **)")(
  argv[0],
  [...argv, null],
  [...env, null],
);
throw new Error(`execve failed with errno ${libc.errno()}`);
