import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";

export interface Child {
  readonly process: ChildProcess;
  /** Waits for a line that starts with this text, and returns the rest of it. */
  line(start: string): Promise<string>;
  /** Everything printed, and the exit code, once the process has ended. */
  end(): Promise<{ code: number | null; out: string; err: string }>;
}

interface Start {
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly sockets?: readonly Server[];
  /** A shell stays in between: LISTEN_PID is then another process's. */
  readonly direct?: boolean;
}

/** Starts service.mjs as hotpod does: sockets from descriptor 3 on, LISTEN_PID the child's own. */
export function startService(t: TestContext, how: Start): Child {
  const { args, env = {}, sockets = [], direct = false } = how;
  const program = join(process.cwd(), "test/real/sdk-node/service.mjs");
  const script = direct ? `LISTEN_PID=$$ "$0" "$@"; exit` : `LISTEN_PID=$$ exec "$0" "$@"`;
  const child = spawn("sh", ["-c", script, process.execPath, program, ...args], {
    env: { ...process.env, ...(sockets.length > 0 && { LISTEN_FDS: `${sockets.length}` }), ...env },
    stdio: ["ignore", "pipe", "pipe", ...sockets.map(descriptorOf)],
  });
  t.after(() => child.kill("SIGKILL"));
  const text = { out: "", err: "" };
  child.stdout?.on("data", (chunk) => {
    text.out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text.err += chunk;
  });
  const closed = once(child, "close") as Promise<[number | null]>;
  return {
    process: child,
    line: async (start) => {
      for (;;) {
        const found = text.out.split("\n").find((line) => line.startsWith(start));
        if (found !== undefined) return found.slice(start.length);
        const more = once(child.stdout as NonNullable<typeof child.stdout>, "data");
        const gone = closed.then(() => Promise.reject(new Error(`ended: ${text.out}${text.err}`)));
        await Promise.race([more, gone]);
      }
    },
    end: async () => ({ code: (await closed)[0], ...text }),
  };
}

/** A bound socket that a test passes on. */
export async function bind(t: TestContext, host = "127.0.0.1"): Promise<[Server, number]> {
  const server = createServer().listen(0, host);
  t.after(() => server.close());
  await once(server, "listening");
  return [server, (server.address() as AddressInfo).port];
}

/** Only the child accepts from here on. */
export async function letGo(server: Server): Promise<void> {
  const end = once(server, "close");
  server.close();
  await end;
}

/** Node tells the descriptor of a socket nowhere else. */
const descriptorOf = (server: Server): number =>
  (server as unknown as { _handle: { fd: number } })._handle.fd;

/** One connection, written to by hand. */
export interface Client {
  readonly socket: Socket;
  send(text: string): void;
  /** Reads one whole answer. */
  answer(): Promise<{ header: string; body: string }>;
  /** Reads until this text has come. */
  until(text: string): Promise<void>;
  /** Waits for the other side's end, and returns what else came. */
  rest(): Promise<string>;
}

export async function dial(t: TestContext, port: number): Promise<Client> {
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  await once(socket, "connect");
  let got = "";
  let wake = (): void => {};
  const ended = once(socket, "close");
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    got += chunk;
    wake();
  });
  const more = async (): Promise<void> => {
    const data = new Promise<void>((settle) => {
      wake = settle;
    });
    const end = ended.then(() => Promise.reject(new Error(`the connection ended after "${got}"`)));
    await Promise.race([data, end]);
  };
  return {
    socket,
    send: (text) => void socket.write(text),
    answer: async () => {
      for (;;) {
        const [header = "", ...rest] = got.split("\r\n\r\n");
        const body = rest.join("\r\n\r\n");
        const length = Number(/content-length: (\d+)/i.exec(header)?.[1]);
        if (rest.length > 0 && body.length >= length) {
          got = body.slice(length);
          return { header, body: body.slice(0, length) };
        }
        await more();
      }
    },
    until: async (text) => {
      while (!got.includes(text)) await more();
      got = got.slice(got.indexOf(text) + text.length);
    },
    rest: async () => {
      await ended;
      return got;
    },
  };
}

export const get = (path: string, header = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: test\r\n${header}\r\n`;

/** Once new connections are refused, the drain has begun. */
export async function drain(child: Pick<Child, "process">, port: number): Promise<void> {
  child.process.kill("SIGTERM");
  for (let refused = false; !refused; ) {
    const socket = connect(port, "127.0.0.1");
    refused = await once(socket, "connect").then(
      () => false,
      () => true,
    );
    socket.destroy();
  }
}
