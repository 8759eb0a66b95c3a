import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the bundle of a thread lies: beside the program, or in `dist/` when the sources run. */
export function threadPath(name: string): string {
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}
