import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { monotonicMs } from "#edge/observe/time.js";
import type { LabNetwork } from "#ports/lab/lab-bench.js";
import { askHttp, wordsOf } from "./ask-http.js";
import { askHealth } from "./grpc/ask-health.js";
import { listenersAt, waitingAt } from "./listeners-on.js";

/** Connections to one address of the loopback. */
export function labNetwork(host: string, cleanups: Cleanups): LabNetwork {
  const network: LabNetwork = {
    host,
    freePort: async () => (await freePorts(1, host))[0] ?? 0,
    ask: (question) => askHttp({ host, ...question }),
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

const ASK_MS = 1_000;
const ASK_AGAIN_MS = 25;
