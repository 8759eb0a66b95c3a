import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname } from "node:path";
import { fail, ok, type Result } from "#base/result.js";
import { makeFolder } from "#edge/make-folder.js";
import { askControl } from "./control-client.js";

export const CONTROL_ACTIONS = ["reload", "promote", "rollback", "pause", "resume"] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** What the control socket shows and does. Values are plain data, answered as JSON. */
export interface ControlHandlers {
  readonly status: () => unknown;
  readonly policy: () => unknown;
  readonly config: () => unknown;
  /** Why it cannot be done now; null: it is under way. */
  readonly act: (action: ControlAction) => string | null;
  /** JSON lines, the oldest first. */
  readonly recentEvents: () => readonly string[];
  /** Calls back with every further line until the returned function is called. */
  readonly followEvents: (line: (json: string) => void) => () => void;
}

export type ControlFailure =
  /** Another hotpod answers there. */
  | { readonly kind: "taken"; readonly pid: number | null }
  | { readonly kind: "unusable"; readonly code: string };

/** A follower that reads this much too slowly is let go. */
const FOLLOWER_BYTES_MAX = 1_000_000;

/**
 * The changing face: a Unix socket of mode 0600, so that whoever may enter the container as this user may control, and
 * nobody else. A socket file that nobody answers on is a leftover and is replaced.
 */
export async function openControl(
  path: string,
  handlers: ControlHandlers,
): Promise<Result<Server, ControlFailure>> {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    return fail({ kind: "unusable", code: codeOf(error) });
  }
  const other = await askControl(path, "GET", "/status", 1_000);
  if (other.ok) return fail({ kind: "taken", pid: pidOf(other.value.body) });
  if (other.error.kind === "no-answer") return fail({ kind: "taken", pid: null });
  try {
    // A plain file refuses connections just as well, and is somebody's.
    if (other.error.kind === "refused") {
      if (!lstatSync(path).isSocket()) return fail({ kind: "unusable", code: "it is no socket" });
      unlinkSync(path);
    }
  } catch (error) {
    return fail({ kind: "unusable", code: codeOf(error) });
  }
  return listen(
    createServer((request, response) => answer(request, response, handlers)),
    path,
  );
}

function listen(server: Server, path: string): Promise<Result<Server, ControlFailure>> {
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(fail({ kind: "unusable", code: codeOf(error) })));
    // The bind happens inside the call; the file never exists with a wider mode.
    const before = process.umask(0o177);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(ok(server));
    });
    process.umask(before);
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handlers: ControlHandlers,
): void {
  const url = new URL(request.url ?? "/", "http://hotpod");
  const route = `${request.method} ${url.pathname}`;
  const action = CONTROL_ACTIONS.find((name) => route === `POST /${name}`);
  if (route === "GET /status") sendJson(response, 200, handlers.status());
  else if (route === "GET /policy") sendJson(response, 200, handlers.policy());
  else if (route === "GET /config") sendJson(response, 200, handlers.config());
  else if (route === "GET /events") events(response, handlers, url.searchParams.has("follow"));
  else if (action === undefined) sendJson(response, 404, { error: `no ${route} here` });
  else {
    const refusal = handlers.act(action);
    if (refusal === null) sendJson(response, 202, { accepted: action });
    else sendJson(response, 409, { error: refusal });
  }
}

function events(response: ServerResponse, handlers: ControlHandlers, follow: boolean): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const line of handlers.recentEvents()) response.write(`${line}\n`);
  if (!follow) {
    response.end();
    return;
  }
  const stop = handlers.followEvents((line) => {
    response.write(`${line}\n`);
    if (response.writableLength > FOLLOWER_BYTES_MAX) response.destroy();
  });
  response.on("close", stop);
}

function sendJson(response: ServerResponse, code: number, value: unknown): void {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(code, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function pidOf(body: string): number | null {
  try {
    const { pid } = JSON.parse(body) as { pid?: unknown };
    return typeof pid === "number" ? pid : null;
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
