/** What people call now, for log lines only: decisions are made by monotonic time. */
export interface WallTime {
  /** RFC 3339, UTC, milliseconds. */
  readonly iso: string;
  /** Local time of day: `15:04:05`. */
  readonly clock: string;
}

/** Milliseconds since 1970, as files are dated. */
export function wallNow(): number {
  return Date.now();
}

export function wallTime(): WallTime {
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, "0");
  const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  return { iso: now.toISOString(), clock };
}
