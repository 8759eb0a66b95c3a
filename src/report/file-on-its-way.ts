import type { Notice } from "#model/notice.js";
import type { LogEntry } from "./log-entry.js";

/**
 * A file that is being copied is looked at many times a second until it is whole. The first look is told to everybody, the
 * further ones only to who reads everything.
 */
export function sayOnceWhileOnItsWay(): (notice: Notice, entry: LogEntry) => LogEntry {
  let onItsWay = false;
  return (notice, entry) => {
    const before = onItsWay;
    const incomplete = notice.kind === "build-failed" && notice.failure.kind === "incomplete";
    if (notice.kind === "build-failed" || notice.kind === "build-succeeded") onItsWay = incomplete;
    const repeats = before && (incomplete || notice.kind === "change-seen");
    return repeats ? { ...entry, level: "debug" } : entry;
  };
}
