import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { assertOnBridge } from "./load.js";

const CLIENTS = 4;
const THINK_MS = 20;
/** So long one waits for one answer. */
const PATIENCE_MS = 10_000;

export interface RedisClients {
  requests(): number;
  /** How many servers answered so far: each has a run_id of its own. */
  servers(): number;
  /** Why requests got no answer, in order. */
  readonly failures: readonly string[];
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

/** Clients that connect anew for every question and never ask it twice. */
export async function startRedisClients(ip: string): Promise<RedisClients> {
  await assertOnBridge(ip);
  const servers = new Set<string>();
  const failures: string[] = [];
  let requests = 0;
  let stopped = false;
  const client = async (): Promise<void> => {
    while (!stopped) {
      requests += 1;
      await askRunId(ip).then(
        (id) => servers.add(id),
        (error: Error) => failures.push(error.message),
      );
      await pause(THINK_MS);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  return {
    requests: () => requests,
    servers: () => servers.size,
    failures,
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
    },
  };
}

function askRunId(ip: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(8080, ip);
    let text = "";
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer in time")));
    socket.write("INFO server\r\n");
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
    socket.on("data", (bytes) => {
      text += String(bytes);
      const id = /run_id:(\w+)\r/.exec(text)?.[1];
      if (id === undefined) return;
      resolve(id);
      socket.destroy();
    });
  });
}
