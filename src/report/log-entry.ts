/** One line of the log, before it is known who reads it. */
export interface LogEntry {
  readonly level: LogLevel;
  /** What it is about, stable, kebab-case: the `event` of a JSON line. */
  readonly event: string;
  /** One short sentence without a full stop. */
  readonly message: string;
  /** Further lines that a person reads as they are: a compiler's output. */
  readonly detail?: string;
  /** What a machine wants to know besides. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

const WEIGHT: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Whether an entry is important enough to be written. */
export function passes(entry: LogEntry, least: LogLevel): boolean {
  return WEIGHT[entry.level] >= WEIGHT[least];
}

const MARK: Readonly<Record<LogLevel, string>> = { debug: "·", info: "•", warn: "!", error: "✗" };
const COLOUR: Readonly<Record<LogLevel, string>> = {
  debug: "\x1b[2m",
  info: "\x1b[36m",
  warn: "\x1b[33m",
  error: "\x1b[31m",
};

/** For people. `clock`: local time of day. */
export function prettyLine(entry: LogEntry, clock: string, colours: boolean): string {
  const paint = (code: string, text: string): string => (colours ? `${code}${text}\x1b[0m` : text);
  const strong = entry.level === "warn" || entry.level === "error";
  const message = strong ? paint(COLOUR[entry.level], entry.message) : entry.message;
  const head = `${paint("\x1b[2m", clock)} ${paint(COLOUR[entry.level], MARK[entry.level])} ${message}`;
  if (entry.detail === undefined || entry.detail.trim() === "") return head;
  const below = entry.detail.replace(/\s+$/, "").split("\n");
  return [head, ...below.map((line) => `  ${paint("\x1b[2m", "│")} ${line}`)].join("\n");
}

/** For machines. `time`: RFC 3339. The names of the four first fields do not change. */
export function jsonLine(entry: LogEntry, time: string): string {
  const { level, event, message, detail, fields } = entry;
  return JSON.stringify({ time, level, event, message, ...fields, ...(detail ? { detail } : {}) });
}
