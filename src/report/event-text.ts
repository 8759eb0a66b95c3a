import { type LogEntry, type LogLevel, prettyLine } from "./log-entry.js";

/** One JSON line of the log or of `hotpod ctl events`, for people; text that is no such line stays as it is. */
export function eventText(json: string): string {
  const entry = readEntry(json);
  return entry === null ? json : prettyLine(entry, entry.time.slice(11, 19), false);
}

function readEntry(json: string): (LogEntry & { readonly time: string }) | null {
  try {
    const { time, level, event, message, detail } = JSON.parse(json) as Record<string, unknown>;
    if (typeof time !== "string" || typeof message !== "string") return null;
    return {
      time,
      level: level as LogLevel,
      event: String(event),
      message,
      ...(typeof detail === "string" ? { detail } : {}),
    };
  } catch {
    return null;
  }
}
