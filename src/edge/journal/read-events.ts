import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_FILES } from "./event-file.js";
import { type EventRecord, parseEvent } from "./event-record.js";

/** The recorded events of a store, oldest first. What a crash cut off is left out; no files mean no events. */
export function readEvents(storeDir: string): EventRecord[] {
  return [EVENT_FILES.before, EVENT_FILES.newest].flatMap((name) =>
    readText(join(storeDir, name))
      .split("\n")
      .map(parseEvent)
      .filter((event) => event !== null),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
