import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import { openListeners } from "#edge/listeners/open-listeners.js";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import { loadLibc } from "#edge/native/libc.js";
import type { Happening } from "#model/happening.js";
import type { Listener } from "#model/listener.js";

const F_DUPFD_CLOEXEC = 1030;

/** A generation's stand-in inside the test: accepts from its socket and answers every connection with its number. */
export interface Acceptor {
  readonly accepted: () => number;
  close(): Promise<void>;
}

export function acceptOn(fd: number, generation: number, seen?: () => void): Promise<Acceptor> {
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted++;
    seen?.();
    socket.on("error", () => {});
    socket.resume();
    socket.end(`${generation}\n`);
  });
  const copy = copyOf(fd);
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen({ fd: copy }, () =>
      resolve({
        accepted: () => accepted,
        close: () => new Promise((closed) => server.close(() => closed())),
      }),
    );
  });
}

/** What Node opens it also closes: it gets a copy. */
export function copyOf(fd: number): number {
  return loadLibc().fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

/** Who answers a connection from this source address. */
export function askWho(port: number, host = "127.0.0.1", localAddress?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      localAddress === undefined ? { host, port } : { host, port, localAddress },
    );
    let text = "";
    socket.setTimeout(5_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(Number(text)));
  });
}

export interface Client {
  /** Says a line and answers everything that is said back. */
  ask(): Promise<string>;
}

/** A client that is connected and has said nothing. */
export function openTo(port: number, host: string): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => resolve({ ask }));
    const answer = new Promise<string>((answered, failed) => {
      let text = "";
      socket.on("data", (chunk) => {
        text += String(chunk);
      });
      socket.on("error", failed);
      socket.on("end", () => answered(text));
    });
    answer.catch(reject);
    const ask = () => {
      socket.write("hello\n");
      return answer;
    };
  });
}

export interface Opened {
  readonly listeners: OwnListeners;
  readonly warnings: ListenWarning[];
  readonly happened: Happening[];
}

export function openOrFail(listen: readonly Listener[], steering?: boolean): Opened {
  const warnings: ListenWarning[] = [];
  const happened: Happening[] = [];
  const opened = openListeners({
    listen,
    emit: (happening) => happened.push(happening),
    warn: (warning) => warnings.push(warning),
    ...(steering === undefined ? {} : { steering }),
  });
  assert.ok(opened.ok, JSON.stringify(opened));
  return { listeners: opened.value, warnings, happened };
}

export function provided(listeners: OwnListeners, generation: number, of?: number): number {
  const source =
    of === undefined ? ({ kind: "new" } as const) : ({ kind: "of", generation: of } as const);
  const fds = listeners.provide(generation, source);
  assert.ok(fds.ok, JSON.stringify(fds));
  return fds.value.fds[0] as number;
}

/** A program of the test that says a line when it is ready and ends with its standard input. */
export async function startProgram(argv: readonly string[]): Promise<RunningProgram> {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess["stdout"]> });
  const iterator = lines[Symbol.asyncIterator]();
  const line = async () => String((await iterator.next()).value);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await line();
  return {
    pid: child.pid as number,
    line,
    stop: async () => {
      child.stdin?.end("stop\n");
      await exited;
    },
    ask: async () => {
      child.stdin?.write("stop\n");
      return await line();
    },
  };
}

/** How often each answer came. */
export type Counts = Readonly<Record<string, number>>;

/** So many new connections to the hosts in turn, each once, and who answered them. */
export async function countAnswers(
  mode: "raw" | "http",
  port: number,
  connections: number,
  hosts: readonly string[],
): Promise<Readonly<Record<string, Counts>>> {
  const LANES = 16;
  const numbers = [port, connections, LANES].map(String);
  const program = await startProgram([
    ...[process.execPath, "test/real/programs/counter.mjs", mode, ...numbers],
    ...hosts,
  ]);
  const counts = JSON.parse(await program.line());
  await program.stop();
  return counts;
}

export interface RunningProgram {
  readonly pid: number;
  line(): Promise<string>;
  stop(): Promise<void>;
  /** Tells it to stop and answers what it says then. */
  ask(): Promise<string>;
}
