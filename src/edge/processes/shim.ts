/**
 * The exec shim: a process that waits for its order and then becomes the service. It puts back everything Node changes in a
 * process: close-on-exec on 0 to 2, ignored signals, the limit of open files.
 */
import { readSync, writeSync } from "node:fs";
import koffi from "koffi";
import { receiveDescriptors, sendDescriptors } from "#edge/native/descriptor-message.js";
import { type Libc, loadLibc } from "#edge/native/libc.js";
import { installFilter } from "#edge/transparent/calls/install-filter.js";
import {
  FIRST_DESCRIPTOR,
  SHIM_READY,
  SHIM_SOCKET,
  type ShimFailure,
  type ShimOrder,
} from "./shim-order.js";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;
const SIGNALS_MAX = 64;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const O_NONBLOCK = 0o4000;
const RLIMIT_NOFILE = 7;
const SYS_CLOSE_RANGE = 436;
const CLOSE_RANGE_CLOEXEC = 4;
const SIG_SETMASK = 2;
const ENOENT = 2;
const EACCES = 13;
const DESCRIPTORS_MAX = 253;

try {
  main();
} catch (error) {
  report({ call: String(error), errno: 0, path: "" });
}
process.exit(1);

function main(): void {
  const libc = loadLibc();
  libc.prctl(PR_SET_PDEATHSIG, SIGKILL);
  writeSync(SHIM_SOCKET, SHIM_READY);
  const received = receiveDescriptors(libc, SHIM_SOCKET, DESCRIPTORS_MAX);
  if (received === null) return;
  const order = readOrder();
  // Whoever sends an order and dies at once has not reached us by the death signal yet.
  if (order === null || process.ppid !== order.parent) return;
  try {
    process.chdir(order.cwd);
  } catch (error) {
    const errno = -((error as NodeJS.ErrnoException).errno ?? 0);
    report({ call: "chdir", errno, path: order.cwd });
    return;
  }
  become(libc, order, received);
}

function readOrder(): ShimOrder | null {
  const chunk = Buffer.alloc(64 * 1024);
  const parts: Buffer[] = [];
  for (;;) {
    const length = readSync(SHIM_SOCKET, chunk, 0, chunk.length, null);
    if (length === 0) return null;
    parts.push(Buffer.from(chunk.subarray(0, length)));
    if (chunk[length - 1] === 0) break;
  }
  return JSON.parse(Buffer.concat(parts).subarray(0, -1).toString("utf8")) as ShimOrder;
}

/** From the first dup3 on, Node's own descriptors may be gone: only plain system calls follow. */
function become(libc: Libc, order: ShimOrder, all: readonly number[]): void {
  const { told } = order;
  const received = told === null ? all : all.slice(0, -1);
  const library = koffi.load(null);
  const execve = library.func("int execve(const char *, const char **, const char **)");
  const exitNow = library.func("void _exit(int)");
  const env = { ...order.env };
  if (order.fds > 0) env.LISTEN_PID = String(process.pid);
  const envp = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), null];
  const argv = [...order.argv, null];
  const candidates = executables(order.argv[0] ?? "", env.PATH);
  const failure = Buffer.alloc(8 * 1024);
  restoreLimits(library, order.openFiles);
  restoreSignals(library);
  const first = FIRST_DESCRIPTOR;
  const high = first + all.length + 1;
  const socket = libc.fcntl(SHIM_SOCKET, F_DUPFD_CLOEXEC, high);
  const moved = received.map((fd) => libc.fcntl(fd, F_DUPFD_CLOEXEC, high));
  const channel = told === null ? null : libc.fcntl(all.at(-1) ?? -1, F_DUPFD_CLOEXEC, high);
  for (const [index, fd] of moved.entries()) libc.dup3(fd, first + index, 0);
  if (moved.length === 0) libc.fcntl(SHIM_SOCKET, F_SETFD, 1);
  library.func("long syscall(long, uint, uint, uint)")(
    SYS_CLOSE_RANGE,
    first + moved.length,
    0xffffffff,
    CLOSE_RANGE_CLOEXEC,
  );
  for (const fd of [0, 1, 2]) {
    libc.fcntl(fd, F_SETFD, 0);
    const flags = libc.fcntl(fd, F_GETFL, 0);
    if (flags >= 0 && (flags & O_NONBLOCK) !== 0) libc.fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  }
  if (channel !== null && told !== null) {
    const listener = installFilter(libc, told);
    const sent = listener >= 0 && sendDescriptors(libc, channel, [listener]);
    if (!sent) {
      const errno = listener < 0 ? -listener : libc.errno();
      const length = failure.write(JSON.stringify({ call: "seccomp", errno, path: "" }));
      libc.send(socket, failure.subarray(0, length));
      exitNow(127);
    }
  }
  let refused: ShimFailure = { call: "execve", errno: ENOENT, path: order.argv[0] ?? "" };
  for (const path of candidates) {
    execve(path, argv, envp);
    const errno = libc.errno();
    if (errno !== ENOENT || candidates.length === 1) refused = { call: "execve", errno, path };
    if (errno !== ENOENT && errno !== EACCES) break;
  }
  const length = failure.write(JSON.stringify(refused));
  libc.send(socket, failure.subarray(0, length));
  exitNow(127);
}

/** As execvp(3): a name without a slash is looked up along the service's own PATH. */
function executables(name: string, path = "/usr/local/bin:/usr/bin:/bin"): string[] {
  if (name.includes("/")) return [name];
  return path.split(":").map((folder) => `${folder === "" ? "." : folder}/${name}`);
}

type Library = ReturnType<typeof koffi.load>;

function restoreLimits(library: Library, openFiles: number | null): void {
  if (openFiles === null) return;
  const limit = Buffer.alloc(16);
  library.func("int getrlimit(int, void *)")(RLIMIT_NOFILE, limit);
  const hard = limit.readBigUInt64LE(8);
  const soft = BigInt(openFiles);
  limit.writeBigUInt64LE(soft < hard ? soft : hard, 0);
  library.func("int setrlimit(int, const void *)")(RLIMIT_NOFILE, limit);
}

function restoreSignals(library: Library): void {
  const signal = library.func("void *signal(int, long)");
  for (let number = 1; number <= SIGNALS_MAX; number++) signal(number, 0);
  // glibc's posix_spawn leaves its two internal signals ignored, and its signal() does not touch them.
  const action = library.func("long syscall(long, int, const void *, void *, size_t)");
  for (const internal of [32, 33]) {
    action(process.arch === "x64" ? 13 : 134, internal, Buffer.alloc(32), null, 8);
  }
  library.func("int sigprocmask(int, const void *, void *)")(SIG_SETMASK, Buffer.alloc(128), null);
}

function report(failure: ShimFailure): void {
  try {
    writeSync(SHIM_SOCKET, JSON.stringify(failure));
  } catch {
    // Nobody is interested any more: the shim was discarded.
  }
}
