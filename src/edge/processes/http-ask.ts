import { request } from "node:http";
import { isIPv4, type Socket } from "node:net";
import type { DurationMs } from "#base/time.js";
import type { Reach } from "#edge/listeners/own-listeners.js";
import type { EndPoint } from "#edge/native/socket-diag.js";

/** `detail` is for people: `HTTP 503`, `connection reset`, `no answer within 1s`. */
export interface HttpAnswer {
  readonly good: boolean;
  readonly detail: string;
  /** Some HTTP answer came, good or not: so the service accepts connections. */
  readonly answered: boolean;
}

export interface HttpQuestion {
  readonly reach: Reach;
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly timeoutMs: DurationMs;
  readonly cancelled: AbortSignal;
  /** Whether the generation meant holds the server's side of this connection; null: nobody can tell. */
  readonly holds: (server: EndPoint, client: EndPoint) => boolean | null;
}

/**
 * Asks once, on a connection of its own. Good is what the kubelet takes for good: 200 to 399. Without a source address that
 * only reaches the generation meant, an answer counts when one of its processes gave it.
 */
export function askHttp(question: HttpQuestion): Promise<HttpAnswer> {
  const { reach, path, method = "GET", timeoutMs, cancelled, holds } = question;
  return new Promise((resolve) => {
    const failed = (detail: string) => resolve({ good: false, detail, answered: false });
    const asked = request(
      { ...reach, path, method, agent: false, signal: cancelled, headers: HEADERS },
      (response) => {
        clearTimeout(timer);
        const code = response.statusCode ?? 0;
        if (isAnothers(reach, response.socket, holds)) failed("answered by another process");
        else resolve({ good: code >= 200 && code < 400, detail: `HTTP ${code}`, answered: true });
        response.on("error", () => {});
        asked.destroy();
      },
    );
    const timer = setTimeout(() => {
      failed(`no answer within ${timeoutMs} ms`);
      asked.destroy();
    }, timeoutMs);
    asked.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      failed(error.code ?? error.message);
    });
    asked.end();
  });
}

/** Kept alive, so that the server's side is still there when we look who holds it. */
const HEADERS = { "user-agent": "hotpod", connection: "keep-alive" };

function isAnothers(reach: Reach, socket: Socket, holds: HttpQuestion["holds"]): boolean {
  if (!("host" in reach) || reach.localAddress !== undefined) return false;
  const { localAddress, localPort } = socket;
  if (localAddress === undefined || localPort === undefined) return false;
  if (!isIPv4(localAddress) || !isIPv4(reach.host)) return false;
  return holds(reach, { host: localAddress, port: localPort }) === false;
}
