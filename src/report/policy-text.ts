import { formatDuration } from "#base/time.js";

/** `hotpod ctl policy`: the answer is the table itself, so every row reads the same as in --explain. */
export function policyText(rows: Readonly<Record<string, PolicyRow>>): string {
  const entries = Object.entries(rows);
  const width = Math.max(...entries.map(([key]) => key.length));
  const values = Math.min(44, Math.max(...entries.map(([, { value }]) => value?.length ?? 1)));
  return entries
    .map(([key, { value, cold, from, ageMs }]) =>
      [
        key.padEnd(width),
        cold ? "cold" : "hot ",
        (value ?? "-").padEnd(values),
        `${from ?? ""}${ageMs === null || ageMs === undefined ? "" : `, for ${formatDuration(Math.round(ageMs / 1_000) * 1_000)}`}`,
      ].join("  "),
    )
    .join("\n");
}

export interface PolicyRow {
  readonly value: string | null;
  readonly cold: boolean;
  /** Where the value comes from, in words. */
  readonly from?: string;
  /** How long it has counted. */
  readonly ageMs?: number | null;
}
