import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Agent, type IncomingMessage, request } from "node:http";

/** What clients that never retry saw. */
export interface MixedLoad {
  readonly answered: Map<string, number>;
  readonly failures: string[];
  /** Every client finishes what it asks, then this resolves. */
  stop(): Promise<void>;
}

const BODY_BYTES_MAX = 40_000;

/** Asks once on this agent and answers the version that answered. */
export type Ask = (port: number, agent: Agent, count: number) => Promise<string>;

/** Clients at full speed that never retry, a third of them on new connections; with `kept: false` all. */
export function startMixedLoad(
  port: number,
  clients: number,
  { kept: mayKeep = true, ask = askEcho }: { kept?: boolean; ask?: Ask } = {},
): MixedLoad {
  const answered = new Map<string, number>();
  const failures: string[] = [];
  let stopped = false;
  const client = async (number: number): Promise<void> => {
    const agent = new Agent({ keepAlive: mayKeep && number % 3 !== 0, maxSockets: 1 });
    for (let count = number; !stopped; count++) {
      try {
        const version = await ask(port, agent, count);
        answered.set(version, (answered.get(version) ?? 0) + 1);
      } catch (error) {
        failures.push(`client ${number}, request ${count}: ${String(error)}`);
      }
    }
    agent.destroy();
  };
  const all = Array.from({ length: clients }, (_, number) => client(number));
  return {
    answered,
    failures,
    stop: async () => {
      stopped = true;
      await Promise.all(all);
    },
  };
}

/**
 * GET, and POST with known and with chunked length. The service answers `VERSION HASH` with the SHA-256 of the body it read.
 */
export async function askEcho(
  port: number,
  agent: Agent,
  count: number,
  host = "127.0.0.1",
): Promise<string> {
  const method = count % 3 === 0 ? "GET" : "POST";
  const body =
    method === "GET" ? Buffer.alloc(0) : randomBytes(1 + ((count * 997) % BODY_BYTES_MAX));
  const chunked = count % 3 === 2;
  const headers = method === "GET" || chunked ? {} : { "content-length": body.length };
  const sent = request({ host, port, path: `/${count}`, method, agent, headers });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
    if (chunked) sent.write(body.subarray(0, body.length >> 1));
    sent.end(chunked ? body.subarray(body.length >> 1) : body);
  });
  let text = "";
  for await (const part of answer) text += String(part);
  assert.equal(answer.statusCode, 200, text);
  const [version = "", hash] = text.trim().split(" ");
  assert.equal(hash, createHash("sha256").update(body).digest("hex"), "another request's answer");
  return version;
}
