import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the files into `out/demo` below the working directory and tells their paths. */
export function writeReport(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = join("out", "demo");
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}
