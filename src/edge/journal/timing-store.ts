import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isTimingFile, type TimingFile } from "#model/timing-file.js";

/** null: there is none, or not one of this version. */
export function readTimings(path: string): TimingFile | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isTimingFile(value) ? value : null;
  } catch {
    return null;
  }
}

/** Readers see the old file or the new one. Throws as `fs` does. */
export function writeTimings(path: string, file: TimingFile): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(file, null, 1)}\n`);
  renameSync(`${path}.new`, path);
}
