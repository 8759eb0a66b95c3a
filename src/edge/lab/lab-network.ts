import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { HttpEnd, LabNetwork } from "#ports/lab/lab-bench.js";
import { askHealth } from "./grpc/ask-health.js";
import { listenersAt, waitingAt } from "./listeners-on.js";

/** Connections to one address of the loopback. */
export function labNetwork(host: string, cleanups: Cleanups): LabNetwork {
  const network: LabNetwork = {
    host,
    freePort: async () => (await freePorts(1, host))[0] ?? 0,
    ask: (question) => ask({ host, ...question }),
    askHealth: (question) => askHealth({ host, ...question }),
    connect: (port, timeoutMs) => connectOnce(host, port, timeoutMs),
    serve: (status) => serve(host, status, cleanups),
    untilAnswered: (port, timeoutMs) =>
      again(`${host}:${port} gave no answer`, timeoutMs, async () => {
        const { kind } = await network.ask({ port, path: "/", timeoutMs: ASK_MS });
        return kind === "answered";
      }),
    untilListening: (port, timeoutMs) =>
      again(`nobody listens on ${host}:${port}`, timeoutMs, async () => {
        return (await network.connect(port, ASK_MS)).connected;
      }),
    listeners: (port) => listenersAt(host, port),
    waiting: (port) => waitingAt(host, port),
  };
  return network;
}

/** Asks until it is so. */
async function again(
  otherwise: string,
  timeoutMs: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const deadline = monotonicMs() + timeoutMs;
  while (!(await isSo())) {
    if (monotonicMs() > deadline) throw new Error(`${otherwise} in ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

/** As the kubelet asks: a connection of its own, no proxy, the time for headers and body together. */
function ask({
  host,
  port,
  path,
  timeoutMs,
}: {
  host: string;
  port: number;
  path: string;
  timeoutMs: number;
}): Promise<HttpEnd> {
  const url = `http://${host}:${port}${path}`;
  return new Promise((resolve) => {
    let headers = false;
    const noAnswer = (words: string): void => {
      clearTimeout(timer);
      resolve(headers ? { kind: "body-broken", words } : { kind: "no-answer", url, words });
    };
    const asked = request({ host, port, path, agent: false, headers: HEADERS }, (response) => {
      headers = true;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        if (body.length < BODY_MAX) body += text;
      });
      response.on("error", (error) => noAnswer(error.message));
      response.on("end", () => {
        clearTimeout(timer);
        resolve({
          kind: "answered",
          status: response.statusCode ?? 0,
          body: body.slice(0, BODY_MAX),
        });
      });
    });
    const timer = setTimeout(() => {
      noAnswer("context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
      asked.destroy();
    }, timeoutMs);
    asked.on("error", (error: NodeJS.ErrnoException) => noAnswer(wordsOf(error, host, port)));
    asked.end();
  });
}

function serve(host: string, status: () => number, cleanups: Cleanups): Promise<number> {
  const server = createServer((_, response) => {
    response.statusCode = status();
    response.end();
  });
  cleanups.add(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function connectOnce(
  host: string,
  port: number,
  timeoutMs: number,
): Promise<{ connected: boolean; words: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (connected: boolean, words: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ connected, words });
    };
    const timer = setTimeout(() => end(false, `dial tcp ${host}:${port}: i/o timeout`), timeoutMs);
    socket.once("connect", () => end(true, ""));
    socket.once("error", (error: NodeJS.ErrnoException) => end(false, wordsOf(error, host, port)));
  });
}

/** What Go, in which the kubelet is written, says of it. */
function wordsOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  const place = `dial tcp ${host}:${port}`;
  if (error.code === "ECONNREFUSED") return `${place}: connect: connection refused`;
  if (error.code === "ECONNRESET") return `read: connection reset by peer`;
  if (error.message === "socket hang up") return "EOF";
  return error.message;
}

const HEADERS = { "user-agent": "kube-probe/1.36", accept: "*/*", connection: "close" };
const BODY_MAX = 10 * 1_024;
const ASK_MS = 1_000;
const ASK_AGAIN_MS = 25;
