import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { HttpEnd, HttpQuestion } from "#ports/lab/lab-bench.js";

/** As the kubelet asks: a connection of its own, no proxy, the time for headers and body together, any certificate. */
export function askHttp(question: HttpQuestion & { readonly host: string }): Promise<HttpEnd> {
  const { host, port, path, timeoutMs, until, secure = false } = question;
  const url = `${secure ? "https" : "http"}://${host}:${port}${path}`;
  return new Promise((resolve) => {
    let headers = false;
    const noAnswer = (words: string): void => {
      clearTimeout(timer);
      resolve(headers ? { kind: "body-broken", words } : { kind: "no-answer", url, words });
    };
    const options: RequestOptions & { readonly rejectUnauthorized: false } = {
      ...{ host, port, path, agent: false, rejectUnauthorized: false },
      headers: headersOf(question.headers ?? HEADERS),
    };
    const asked = (secure ? requestHttps : requestHttp)(options, (response) => {
      headers = true;
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        if (body.length < BODY_MAX) body += text;
      });
      response.on("error", (error) => noAnswer(error.message));
      response.on("end", () => {
        clearTimeout(timer);
        const { statusCode: status = 0, headers: told } = response;
        const location = told.location ?? null;
        resolve({ kind: "answered", status, body: body.slice(0, BODY_MAX), location });
      });
    });
    const giveUp = (words: string): void => {
      noAnswer(words);
      asked.destroy();
    };
    const timer = setTimeout(() => giveUp(LATE), Math.min(timeoutMs, TIMER_MS_MAX));
    void until?.then(() => giveUp("context canceled"));
    asked.on("error", (error: NodeJS.ErrnoException) => noAnswer(wordsOf(error, host, port)));
    asked.end();
  });
}

/** One name may come several times. */
function headersOf(
  headers: NonNullable<HttpQuestion["headers"]>,
): Record<string, string | string[]> {
  const byName: Record<string, string | string[]> = {};
  for (const { name, value } of headers) {
    const before = byName[name];
    byName[name] = before === undefined ? value : [before, value].flat();
  }
  return byName;
}

/** What Go, in which the kubelet is written, says of it. */
export function wordsOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  const place = `dial tcp ${host}:${port}`;
  if (error.code === "ECONNREFUSED") return `${place}: connect: connection refused`;
  if (error.code === "ECONNRESET" && error.message !== "socket hang up") {
    return "read: connection reset by peer";
  }
  if (error.message === "socket hang up") return "EOF";
  if (error.code === "EPROTO" || error.code === "ERR_SSL_WRONG_VERSION_NUMBER") {
    return "http: server gave HTTP response to HTTPS client";
  }
  return error.message;
}

const HEADERS = [
  { name: "user-agent", value: "kube-probe/1.36" },
  { name: "accept", value: "*/*" },
  { name: "connection", value: "close" },
];
const LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
const BODY_MAX = 10 * 1_024;
/** More than a timer can take would be no time at all. */
const TIMER_MS_MAX = 2 ** 31 - 1;
