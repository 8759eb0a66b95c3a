import type { Settings } from "#config/settings.js";
import type { LineWriter } from "#edge/line-writer.js";
import { wallTime } from "#edge/wall-clock.js";
import { jsonLine, type LogEntry, passes, prettyLine } from "#report/log-entry.js";

/** Where everything that is said goes: to the log by its level, to the events whatever its level. */
export interface Log {
  readonly say: (entry: LogEntry) => void;
  readonly recent: () => readonly string[];
  /** Calls back with every further JSON line until the returned function is called. */
  readonly follow: (line: (json: string) => void) => () => void;
}

/** So many lines are kept for `hotpod ctl events`. */
const RECENT_MAX = 500;

/** `settings`: asked at each line, so that format and level may change. */
export function createLog(
  writer: LineWriter,
  settings: () => Settings["log"],
  colours: boolean,
): Log {
  const recent: string[] = [];
  const followers = new Set<(json: string) => void>();
  const say = (entry: LogEntry): void => {
    const { iso, clock } = wallTime();
    const json = jsonLine(entry, iso);
    recent.push(json);
    if (recent.length > RECENT_MAX) recent.shift();
    for (const follower of followers) follower(json);
    const { format, level } = settings();
    if (!passes(entry, level)) return;
    writer.write(format === "json" ? json : prettyLine(entry, clock, colours));
  };
  return {
    say,
    recent: () => recent,
    follow: (line) => {
      followers.add(line);
      return () => followers.delete(line);
    },
  };
}
