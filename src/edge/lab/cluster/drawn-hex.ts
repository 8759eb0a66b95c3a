import { randomBytes } from "node:crypto";

/** So many hexadecimal digits by chance; an even number. */
export function drawnHex(digits: number): string {
  return randomBytes(digits / 2).toString("hex");
}
