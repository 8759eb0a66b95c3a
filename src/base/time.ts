/** Milliseconds since an arbitrary start, never going backwards. Time reaches the core only inside events. */
export type Instant = number;

/** A length of time in milliseconds. Names of variables that hold one end in `Ms`. */
export type DurationMs = number;

const UNIT_MS = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy;

/** Reads Go's notation (`300ms`, `1m30s`, `0`). Returns null for anything else, negative values included. */
export function parseDuration(text: string): DurationMs | null {
  if (text === "0") return 0;
  let total = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    total += Number(part[1]) * UNIT_MS[part[2] as keyof typeof UNIT_MS];
    end = PART.lastIndex;
  }
  return text !== "" && end === text.length ? total : null;
}

/** Writes a duration the way people say it: `38ms`, `1.4s`, `2m5s`. */
export function formatDuration(ms: DurationMs): string {
  if (ms < 1) return ms === 0 ? "0s" : `${Number(ms.toFixed(2))}ms`;
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(ms < 10_000 ? 2 : 1))}s`;
  const seconds = Math.round(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  return `${h > 0 ? `${h}h` : ""}${m > 0 ? `${m}m` : ""}${s > 0 ? `${s}s` : ""}`;
}
