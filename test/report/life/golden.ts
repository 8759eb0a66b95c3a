import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * What a view looks like, as a file that people can look at, too. After a change that is meant:
 * `WRITE_GOLDEN=1 node tools/test.mjs test/report/life`, and read the difference.
 */
export function assertGolden(name: string, text: string): void {
  const file = new URL(`./golden/${name}`, import.meta.url);
  if (process.env.WRITE_GOLDEN === "1") writeFileSync(file, `${text}\n`);
  assert.equal(`${text}\n`, readFileSync(file, "utf8"));
}

/** No line is wider than this, but for words that cannot be broken. */
export function assertFits(text: string, columns: number): void {
  const wide = text.split("\n").filter((line) => [...line].length > columns);
  assert.deepEqual(wide, []);
}
