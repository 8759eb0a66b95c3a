import { UserError } from "#base/user-error.js";
import type { BodyProof } from "./read-version.js";

/** What load is driven. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly hostHeader: string;
  /** Kept-alive connections, each with the next request sent as soon as the last one is answered. */
  readonly connections: number;
  /** New connections a second, one request each. */
  readonly ratePerSecond: number;
  /** Pause between two requests of a kept-alive connection; 0 is full speed. */
  readonly thinkMs: number;
  readonly timeoutMs: number;
  readonly proof: BodyProof;
}

/** Where load may go: loopback, or the one address the caller names. Anything else is a UserError. */
export function targetOf(
  url: string,
  allowAddress: string | null,
): Pick<LoadPlan, "host" | "port" | "path" | "hostHeader"> {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol !== "http:") {
    throw new UserError({
      code: "load-url",
      message: `${JSON.stringify(url)} is no http:// address`,
      hint: "Give one like http://127.0.0.1:8080/.",
    });
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!isLoopback(host) && host !== allowAddress) {
    throw new UserError({
      code: "load-address",
      message: `load is driven to this machine's loopback only, not to ${host}`,
      hint: `If ${host} is a test service of your own, say so: --allow-address ${host}.`,
    });
  }
  return {
    host,
    port: Number(parsed.port || "80"),
    path: `${parsed.pathname}${parsed.search}`,
    hostHeader: parsed.host,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
