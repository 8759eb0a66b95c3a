import { constants } from "node:os";
import koffi from "koffi";

/**
 * The system calls Node does not offer. All of them are in this one place. Calls answer as in C: -1 and `errno()`,
 * except `posixSpawn`, which answers the error number itself.
 */
export interface Libc {
  /** For answers that are parsed at once; valid until the next call that fills it. New buffers are given back late. */
  readonly scratch: Buffer;
  socket(family: number, type: number, protocol: number): number;
  socketpair(family: number, type: number): [number, number] | null;
  bind(fd: number, address: Buffer): number;
  listen(fd: number, backlog: number): number;
  connect(fd: number, address: Buffer): number;
  /** Both ways; a listening socket listens no more, for every holder. */
  shutdown(fd: number): number;
  /** The descriptor of the next connection that waits; closed on exec. */
  accept(fd: number): number;
  setOption(fd: number, level: number, option: number, value: Buffer): number;
  /** Fills `value`; -1 when the option is not known. */
  getOption(fd: number, level: number, option: number, value: Buffer): number;
  close(fd: number): number;
  dup3(from: number, to: number, flags: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  sendmsg(fd: number, header: Buffer, flags: number): number;
  recvmsg(fd: number, header: Buffer, flags: number): number;
  send(fd: number, data: Buffer): number;
  recv(fd: number, into: Buffer): number;
  ioctl(fd: number, request: number, argument: Buffer): number;
  /** `struct pollfd[]`, in a thread of Node's pool, which an exit waits for: wake it before. Answers as poll(2). */
  poll(fds: Buffer, timeoutMs: number): Promise<number>;
  pidfdOpen(pid: number): number;
  /** A copy of another process's descriptor. */
  pidfdGetfd(pidfd: number, fd: number): number;
  /** Fills `value` with an extended attribute; answers its length. */
  getxattr(path: string, name: string, value: Buffer): number;
  /** `number`: of seccomp(2) on this machine. */
  seccomp(number: number, operation: number, flags: number, program: Buffer): number;
  prctl(option: number, argument: number): number;
  waitid(idType: number, id: number, info: Buffer, options: number): number;
  /** Reaps exactly this process without blocking; answers its pid, 0 or -1. */
  waitpid(pid: number): number;
  posixSpawn(spawn: PosixSpawn): { readonly pid: number } | { readonly errno: number };
  /**
   * Resolves once every processor has finished what it was doing inside the kernel's network code when this was called
   * (membarrier(2), some 10 ms, in a thread of its own); at once where the kernel has no such call.
   */
  processorsPassed(): Promise<void>;
  errno(): number;
  /** Where a buffer lies, for structures that point to others. The buffer must outlive the call. */
  address(buffer: Buffer): bigint;
}

export interface PosixSpawn {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Descriptors of the child beside an empty 0 and our 1 and 2: [ours, its number]. */
  readonly fds: readonly (readonly [number, number])[];
}

const POSIX_SPAWN_SETSID = 0x80;
/** The number of membarrier(2), by the machine's architecture (linux/unistd.h). */
const MEMBARRIER: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 324, arm64: 283 };
const MEMBARRIER_CMD_GLOBAL = 1;
/** The same on every machine. */
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
const SHUT_RDWR = 2;
const SOCK_CLOEXEC = 0o2000000;
const POLLFD_BYTES = 8;
/** Larger than the opaque structures of any C library. */
const OPAQUE_BYTES = 1024;

/** Binds to the C library the running Node is linked with, glibc or musl. Throws where there is none. */
export function loadLibc(): Libc {
  const library = koffi.load(null);
  const f = (definition: string) => library.func(definition);
  const socket = f("int socket(int, int, int)");
  const socketpair = f("int socketpair(int, int, int, _Out_ int *)");
  const bind = f("int bind(int, const void *, uint)");
  const listen = f("int listen(int, int)");
  const connect = f("int connect(int, const void *, uint)");
  const shutdown = f("int shutdown(int, int)");
  const accept = f("int accept4(int, void *, void *, int)");
  const setsockopt = f("int setsockopt(int, int, int, const void *, uint)");
  const getsockopt = f("int getsockopt(int, int, int, void *, void *)");
  const close = f("int close(int)");
  const dup3 = f("int dup3(int, int, int)");
  const fcntl = f("int fcntl(int, int, ...)");
  const sendmsg = f("long sendmsg(int, const void *, int)");
  const recvmsg = f("long recvmsg(int, void *, int)");
  const send = f("long send(int, const void *, size_t, int)");
  const recv = f("long recv(int, void *, size_t, int)");
  const prctl = f("int prctl(int, ulong, ulong, ulong, ulong)");
  const waitid = f("int waitid(int, int, void *, int)");
  const waitpid = f("int waitpid(int, void *, int)");
  const syscall = f("long syscall(long, long, long)");
  const status = Buffer.alloc(4);
  return {
    scratch: Buffer.alloc(32 * 1024),
    socket,
    socketpair: (family, type) => {
      const pair: [number, number] = [0, 0];
      return socketpair(family, type, 0, pair) === 0 ? pair : null;
    },
    bind: (fd, address) => bind(fd, address, address.length),
    listen,
    connect: (fd, address) => connect(fd, address, address.length),
    shutdown: (fd) => shutdown(fd, SHUT_RDWR),
    accept: (fd) => accept(fd, null, null, SOCK_CLOEXEC),
    setOption: (fd, level, option, value) => setsockopt(fd, level, option, value, value.length),
    getOption: (fd, level, option, value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(value.length);
      return getsockopt(fd, level, option, value, length);
    },
    close,
    dup3,
    fcntl: (fd, command, argument) => fcntl(fd, command, "int", argument),
    sendmsg: (fd, header, flags) => Number(sendmsg(fd, header, flags)),
    recvmsg: (fd, header, flags) => Number(recvmsg(fd, header, flags)),
    send: (fd, data) => Number(send(fd, data, data.length, 0)),
    recv: (fd, into) => Number(recv(fd, into, into.length, 0)),
    ...bindWatching(f),
    prctl: (option, argument) => prctl(option, argument, 0, 0, 0),
    waitid,
    waitpid: (pid) => waitpid(pid, status, 1),
    posixSpawn: bindPosixSpawn(f),
    processorsPassed: () =>
      new Promise((resolve) => {
        const number = MEMBARRIER[process.arch];
        if (number === undefined) resolve();
        else syscall.async(number, MEMBARRIER_CMD_GLOBAL, 0, () => resolve());
      }),
    errno: () => koffi.errno(),
    address: (buffer) => koffi.address(buffer),
  };
}

type Watching = Pick<Libc, "ioctl" | "poll" | "pidfdOpen" | "pidfdGetfd" | "getxattr" | "seccomp">;

/** What it takes to see what other processes do with their sockets. */
function bindWatching(f: Bind): Watching {
  const syscall = f("long syscall(long, long, long, long)");
  const getxattr = f("long getxattr(const char *, const char *, void *, size_t)");
  const seccomp = f("long syscall(long, long, long, const void *)");
  const ioctl = f("int ioctl(int, ulong, void *)");
  const poll = f("int poll(void *, ulong, int)");
  return {
    ioctl: (fd, request, argument) => Number(ioctl(fd, request, argument)),
    poll: (fds, timeoutMs) =>
      new Promise((resolve, reject) => {
        poll.async(fds, fds.length / POLLFD_BYTES, timeoutMs, (error: unknown, ready: number) =>
          error ? reject(error) : resolve(ready),
        );
      }),
    pidfdOpen: (pid) => Number(syscall(PIDFD_OPEN, pid, 0, 0)),
    pidfdGetfd: (pidfd, fd) => Number(syscall(PIDFD_GETFD, pidfd, fd, 0)),
    getxattr: (path, name, value) => Number(getxattr(path, name, value, value.length)),
    seccomp: (number, operation, flags, program) =>
      Number(seccomp(number, operation, flags, program)),
  };
}

/** The name of an error number (`EACCES`). */
export function errnoName(errno: number): string {
  const names = Object.entries(constants.errno);
  return names.find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
}

type Bind = (definition: string) => ReturnType<ReturnType<typeof koffi.load>["func"]>;

/**
 * Node's own `spawn` forks the whole supervisor and reports a process killed by a real-time signal as exit code 0.
 * posix_spawn costs a tenth and leaves waiting to us. The child gets a session of its own.
 */
function bindPosixSpawn(f: Bind): Libc["posixSpawn"] {
  const actionsInit = f("int posix_spawn_file_actions_init(void *)");
  const addDup2 = f("int posix_spawn_file_actions_adddup2(void *, int, int)");
  const addOpen = f("int posix_spawn_file_actions_addopen(void *, int, const char *, int, uint)");
  const actionsDestroy = f("int posix_spawn_file_actions_destroy(void *)");
  const attributesInit = f("int posix_spawnattr_init(void *)");
  const setFlags = f("int posix_spawnattr_setflags(void *, short)");
  const attributesDestroy = f("int posix_spawnattr_destroy(void *)");
  const posixSpawn = f(
    "int posix_spawn(_Out_ int *, const char *, const void *, const void *, const char **, const char **)",
  );
  return ({ file, argv, env, fds }) => {
    const actions = Buffer.alloc(OPAQUE_BYTES);
    const attributes = Buffer.alloc(OPAQUE_BYTES);
    actionsInit(actions);
    attributesInit(attributes);
    setFlags(attributes, POSIX_SPAWN_SETSID);
    addOpen(actions, 0, "/dev/null", 0, 0);
    // Node has set close-on-exec on its own 1 and 2; a copy onto itself takes it off in the child.
    const all = [[1, 1], [2, 2], ...fds] as const;
    for (const [from, to] of all) addDup2(actions, from, to);
    const pid = [0];
    const errno = posixSpawn(pid, file, actions, attributes, [...argv, null], [...env, null]);
    actionsDestroy(actions);
    attributesDestroy(attributes);
    return errno === 0 ? { pid: pid[0] as number } : { errno };
  };
}
