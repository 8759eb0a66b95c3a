/**
 * `under-filters.ts WORDS PROGRAM ARGUMENTS…` becomes the program under seccomp filters, by words with commas between: `binds` is
 * hotpod's own, `profile` stands for a container runtime's and forbids seccomp(2) to whoever comes later, `none` is none.
 */
import koffi from "koffi";
import { assembleBpf, JUMP_IF_EQUAL, LOAD_WORD, RETURN, withBpf } from "#edge/native/bpf.js";
import { loadLibc } from "#edge/native/libc.js";
import { installFilter } from "#edge/transparent/calls/install-filter.js";
import { MACHINES } from "#edge/transparent/calls/machine-abi.js";

const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_EPERM = 0x00050001;
const F_SETFD = 2;

const libc = loadLibc();
const [words = "", ...argv] = process.argv.slice(2);

function installProfile(): number {
  const number = MACHINES[process.arch]?.seccomp ?? 0;
  const filter = assembleBpf([
    [LOAD_WORD, 0, 0, 0],
    [JUMP_IF_EQUAL, 0, 1, number],
    [RETURN, 0, 0, SECCOMP_RET_EPERM],
    [RETURN, 0, 0, SECCOMP_RET_ALLOW],
  ]);
  libc.prctl(PR_SET_NO_NEW_PRIVS, 1);
  const flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  return withBpf(libc, filter, (program) =>
    libc.seccomp(number, SECCOMP_SET_MODE_FILTER, flags, program),
  );
}

const install = {
  binds: () => installFilter(libc, { kind: "binds" }),
  files: () => installFilter(libc, { kind: "files", pathLengths: [] }),
  profile: installProfile,
  none: () => 0,
};
for (const word of words.split(",")) {
  const done = install[word as keyof typeof install]();
  if (done < 0) throw new Error(`${word}: seccomp failed with errno ${libc.errno()}`);
}
const env = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
// Node has set close-on-exec on what it was started with.
for (const fd of [0, 1, 2]) libc.fcntl(fd, F_SETFD, 0);
koffi.load(null).func("int execve(const char *, const char **, const char **)")(
  argv[0],
  [...argv, null],
  [...env, null],
);
throw new Error(`execve failed with errno ${libc.errno()}`);
