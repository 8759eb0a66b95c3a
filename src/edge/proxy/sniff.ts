import { METHODS } from "node:http";

/** What a connection carries, by its first bytes; `more`: they do not tell yet. */
export type Traffic = "http" | "stream" | "more";

const LONGEST_METHOD = Math.max(...METHODS.map((method) => method.length));
const KNOWN = new Set(METHODS);

/** HTTP/1 begins with a method and a space. HTTP/2, TLS and everything else is a stream of bytes. */
export function trafficOf(bytes: Buffer): Traffic {
  const head = bytes.toString("latin1", 0, LONGEST_METHOD + 1);
  const space = head.indexOf(" ");
  if (space >= 0) return KNOWN.has(head.slice(0, space)) ? "http" : "stream";
  return METHODS.some((method) => method.startsWith(head)) ? "more" : "stream";
}
