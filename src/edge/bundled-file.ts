import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A program or thread that is bundled by itself: it lies beside the program, or in `dist/` when the sources run. */
export function bundledFile(name: string): string {
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}
