import { createHash } from "node:crypto";

/** SHA-256 of a text, the first 16 hexadecimal digits: enough to tell findings apart. */
export function shortDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
