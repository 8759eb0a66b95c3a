import { LoadConnection } from "#edge/load/load-connection.js";
import { readVersion } from "#edge/load/read-version.js";
import { REQUEST } from "./load.js";

/** How a client was parted from its connection. */
export interface Farewell {
  readonly answers: number;
  /** The server announced the end of the connection with its last answer. */
  readonly polite: boolean;
  /** What went wrong; null: nothing did. */
  readonly harm: string | null;
}

/** So long one waits for one answer. */
const PATIENCE_MS = 10_000;

/**
 * A client that keeps its one connection as long as the server lets it: asks, thinks, asks again. It never comes back.
 * Resolves when they have parted.
 */
export function lodge(host: string, port: number, thinkMs: number): Promise<Farewell> {
  const request = Buffer.from(`GET ${REQUEST} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let answers = 0;
  let polite = false;
  let timer: NodeJS.Timeout | null = null;
  const after = (ms: number, act: () => void): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  return new Promise((resolve) => {
    const part = (harm: string | null): void => {
      if (timer !== null) clearTimeout(timer);
      resolve({ answers, polite, harm });
    };
    const ask = (connection: LoadConnection): void => {
      connection.send(request, performance.now());
      after(PATIENCE_MS, () => connection.giveUp("timeout", "no answer"));
    };
    new LoadConnection({ host, port }, performance.now(), {
      connected: ask,
      answered: (connection, { status, keepAlive, body }) => {
        const reading = readVersion(body, "end");
        if (status !== 200 || reading.kind === "broken") {
          connection.giveUp("wrong-body", `status ${status}`);
          return;
        }
        answers += 1;
        polite = !keepAlive;
        if (polite) connection.finish();
        else after(thinkMs, () => ask(connection));
      },
      ended: () => part(null),
      failed: (_, reason, detail) => part(`${reason}: ${detail}`),
    });
  });
}
