import { request } from "node:http";
import { fail, ok, type Result } from "#base/result.js";

export type ControlError =
  /** No such file. */
  | { readonly kind: "absent" }
  /** A file that nobody listens on: left by a hotpod that was killed. */
  | { readonly kind: "refused" }
  /** Not for this user. */
  | { readonly kind: "forbidden" }
  | { readonly kind: "no-answer"; readonly detail: string };

export interface ControlAnswer {
  readonly code: number;
  readonly body: string;
}

/** One request to the hotpod behind the socket, bounded by `timeoutMs`. */
export function askControl(
  socketPath: string,
  method: "GET" | "POST",
  path: string,
  timeoutMs: number,
): Promise<Result<ControlAnswer, ControlError>> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, method, path, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve(ok({ code: response.statusCode ?? 0, body }));
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    asked.on("error", (error) => resolve(fail(errorOf(error))));
    asked.end();
  });
}

/** Calls `line` with every event until the connection ends; resolves with why it ended. */
export function followControl(
  socketPath: string,
  line: (json: string) => void,
): Promise<Result<"ended", ControlError>> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, method: "GET", path: "/events?follow" }, (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const one of lines) line(one);
      });
      response.on("close", () => resolve(ok("ended")));
    });
    asked.on("error", (error) => resolve(fail(errorOf(error))));
    asked.end();
  });
}

function errorOf(error: NodeJS.ErrnoException): ControlError {
  switch (error.code) {
    case "ENOENT":
      return { kind: "absent" };
    case "ECONNREFUSED":
      return { kind: "refused" };
    case "EACCES":
      return { kind: "forbidden" };
    default:
      return { kind: "no-answer", detail: error.message };
  }
}
