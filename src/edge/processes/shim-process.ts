import { existsSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { fail, ok, type Result } from "#base/result.js";
import { interpreterOf } from "#edge/builds/inspect-program.js";
import { sendDescriptors } from "#edge/native/descriptor-message.js";
import { errnoName, type Libc } from "#edge/native/libc.js";
import { AF_UNIX } from "#edge/native/socket-address.js";
import type { Reaper } from "./reaper.js";
import { SHIM_READY, SHIM_SOCKET, type ShimFailure, type ShimOrder } from "./shim-order.js";
import type { WaitStatus } from "./wait-status.js";

/** A shim that waits for its order, or has got it. */
export interface ShimProcess {
  readonly pid: number;
  /** Becomes the service: answers once its program runs, or why it does not. */
  become(
    order: Omit<ShimOrder, "parent">,
    fds: readonly number[],
  ): Promise<Result<null, StartFailure>>;
  /** Ends a shim that is not needed. */
  discard(): void;
  /** Called once, with how the process ended, shim or service. */
  onExit(listener: (status: WaitStatus) => void): void;
}

/** Why a program does not run. */
export interface StartFailure {
  readonly text: string;
  /** It was not even tried, because its binds cannot be told here: why, and the ways out. */
  readonly noBinds: string | null;
}

const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;

/** Starts a shim; it is ready for its order some 80 ms later, but may be given it at once. */
export function spawnShim(libc: Libc, reaper: Reaper, shim: string): Result<ShimProcess, string> {
  const pair = libc.socketpair(AF_UNIX, SOCK_STREAM_CLOEXEC);
  if (pair === null) return fail(`socketpair failed with ${errnoName(libc.errno())}`);
  const [ours, theirs] = pair;
  const spawned = libc.posixSpawn({
    file: process.execPath,
    argv: [process.execPath, shim],
    env: libraryPath(),
    fds: [[theirs, SHIM_SOCKET]],
  });
  libc.close(theirs);
  if ("errno" in spawned) {
    libc.close(ours);
    return fail(`cannot start the exec shim: ${errnoName(spawned.errno)}`);
  }
  const socket = new Socket({ fd: ours, readable: true, writable: true });
  const said = listen(socket);
  let status: WaitStatus | null = null;
  let listener: ((status: WaitStatus) => void) | null = null;
  reaper.watch(spawned.pid, (ended) => {
    status = ended;
    listener?.(ended);
  });
  return ok({
    pid: spawned.pid,
    become: async (order, fds) => {
      if (!sendDescriptors(libc, ours, fds)) return noProgram("the exec shim has ended");
      socket.write(`${JSON.stringify({ ...order, parent: process.pid })}\0`);
      return verdict(await said, order.argv[0] ?? "");
    },
    discard: () => {
      socket.destroy();
      // It would end by that, but only once Node has begun to run it. What is not reaped yet keeps its number.
      if (status === null) process.kill(spawned.pid, "SIGKILL");
    },
    onExit: (added) => {
      listener = added;
      if (status !== null) added(status);
    },
  });
}

/** Everything the shim says until its end of the socket closes, which a successful exec does. */
function listen(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    // A shim that was killed leaves a reset behind; how it ended comes from the reaper.
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

function verdict(said: string, program: string): Result<null, StartFailure> {
  if (!said.startsWith(SHIM_READY)) {
    return noProgram(said === "" ? "the exec shim ended before it was ready" : said);
  }
  if (said === SHIM_READY) return ok(null);
  const failure = JSON.parse(said.slice(SHIM_READY.length)) as ShimFailure;
  const noBinds = failure.call === "seccomp" ? whyNoBinds(errnoName(failure.errno)) : null;
  return fail({ text: execFailure(failure, program), noBinds });
}

const noProgram = (text: string) => fail({ text, noBinds: null });

/** Why a program could not be started, in words that lead to the cause. */
export function execFailure(failure: ShimFailure, program: string): string {
  const { call, errno, path } = failure;
  if (errno === 0) return `the exec shim failed: ${call}`;
  const name = errnoName(errno);
  if (call === "seccomp")
    return `the hand-over transparent cannot be had here: ${whyNoBinds(name)}`;
  if (call === "chdir") return `cannot enter the working directory ${path}: ${name}`;
  switch (name) {
    case "ENOENT":
      return existsSync(path)
        ? `cannot run ${path}: ${withoutInterpreter(path)} (${name})`
        : `cannot run ${program}: no such program (${name})`;
    case "EACCES":
      return `cannot run ${path}: not executable, or its volume is mounted noexec (${name})`;
    case "ENOEXEC":
      return `cannot run ${path}: ${wrongFormat(path)} (${name})`;
    case "ETXTBSY":
      return `cannot run ${path}: it is still being written (${name})`;
    default:
      return `cannot run ${path}: ${call} failed with ${name}`;
  }
}

/** The kernel finds the file and says that there is none: it means what starts the file. */
function withoutInterpreter(path: string): string {
  const interpreter = interpreterOf(path);
  if (interpreter === null) return "its interpreter or dynamic loader does not exist";
  return `it needs ${interpreter}, which is not here`;
}

/** Why the kernel does not let a process tell of its binds (seccomp(2)). */
function whyNoBinds(name: string): string {
  const ways = "use --handover proxy, or inherit with a service that takes sockets";
  switch (name) {
    case "EBUSY":
      return `something watches this container's system calls already, perhaps the runtime's seccomp profile (${name}): ${ways}`;
    case "EINVAL":
    case "ENOSYS":
      return `it needs Linux 5.14 on amd64 or arm64 (${name}): ${ways}`;
    default:
      return `the container's seccomp profile forbids seccomp(2) (${name}); RuntimeDefault allows it: ${ways}`;
  }
}

const MACHINES: Readonly<Record<number, string>> = {
  3: "386",
  40: "arm",
  62: "amd64",
  183: "arm64",
};

function wrongFormat(path: string): string {
  try {
    const head = readFileSync(path).subarray(0, 20);
    if (head.length < 20) return "the file is too short to be a program";
    if (head.toString("latin1", 0, 4) !== "\x7fELF") {
      return "neither an ELF program nor a script that begins with #!";
    }
    const machine = MACHINES[head.readUInt16LE(18)] ?? `machine ${head.readUInt16LE(18)}`;
    return `it is built for ${machine}, this machine is ${process.arch}`;
  } catch {
    return "it is no program for this machine";
  }
}

/** The shim gets nothing of our environment (NODE_OPTIONS is meant for the service) but what finds Node's libraries. */
function libraryPath(): string[] {
  const { LD_LIBRARY_PATH: path } = process.env;
  return path === undefined ? [] : [`LD_LIBRARY_PATH=${path}`];
}
