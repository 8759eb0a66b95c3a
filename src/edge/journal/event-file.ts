import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { EVENTS_SCHEMA } from "./event-record.js";

/** The newest events of this run and earlier ones, in two files of bounded size. */
export interface EventFile {
  /** Throws as `fs` does. */
  append(line: string): void;
  close(): void;
}

export const EVENT_FILES = { newest: "events.jsonl", before: "events.1.jsonl" } as const;

/** Opens or creates it. `header` tells of the run. Throws as `fs` does. */
export function openEventFile(
  dir: string,
  header: Readonly<Record<string, string | number>>,
  bytesMax: number,
): EventFile {
  const path = join(dir, EVENT_FILES.newest);
  const first = `${JSON.stringify({ v: 1, schema: EVENTS_SCHEMA, ...header })}\n`;
  let fd = openSync(path, "a+", 0o644);
  let bytes = fstatSync(fd).size;
  const write = (line: string): void => {
    writeSync(fd, line);
    bytes += Buffer.byteLength(line);
  };
  // A crash may have left half a line: the next one must not become part of it.
  if (bytes > 0 && lastByte(fd, bytes) !== "\n") write("\n");
  write(first);
  return {
    append: (line) => {
      if (bytes >= bytesMax) {
        closeSync(fd);
        renameSync(path, join(dir, EVENT_FILES.before));
        fd = openSync(path, "a+", 0o644);
        bytes = 0;
        write(first);
      }
      write(`${line}\n`);
    },
    close: () => closeSync(fd),
  };
}

/** Gives the space back when the volume is full: the older half of the history is worth less than going on. */
export function dropOlderEvents(dir: string): void {
  rmSync(join(dir, EVENT_FILES.before), { force: true });
}

function lastByte(fd: number, size: number): string {
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, size - 1);
  return byte.toString("latin1");
}
