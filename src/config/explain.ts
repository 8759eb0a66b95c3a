import { formatDuration } from "#base/time.js";
import { type Origin, showOrigin } from "./layer.js";
import type { Effective } from "./resolve-settings.js";
import { flagOf, settingOf, variableOf } from "./setting-table.js";

/** `hotpod run --explain`: every effective value, its origin, and whether it can change while running. `nowMs`: since 1970. */
export function explainText(effective: readonly Effective[], nowMs: number): string {
  const rows = effective.map(({ key, shown, origin }) => [
    key,
    shown ?? "-",
    settingOf(key).cold ? "cold" : "hot",
    `${showOrigin(origin)}${showAge(origin, nowMs)}`,
  ]);
  const header = ["setting", "value", "", "origin"];
  const widths = [0, 1, 2].map((column) =>
    Math.min(44, Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0))),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell)).join("  ");
  return [
    line(header),
    ...rows.map(line),
    "",
    "hot: a change of the policy directory counts at once, one of hotpod.yaml after SIGHUP.  cold: fixed until the next start.",
    "Flags and environment variables never change while a container runs.",
  ].join("\n");
}

function showAge(origin: Origin, nowMs: number): string {
  if (origin.kind !== "policy") return "";
  return `, ${formatDuration(Math.max(0, Math.round((nowMs - origin.changedAtMs) / 1_000)) * 1_000)} old`;
}

/** The same for machines, by key. `ageMs`: how long it has counted, where that is known. */
export function explainJson(
  effective: readonly Effective[],
  ageMs: (key: Effective["key"]) => number | null = () => null,
): Readonly<Record<string, object>> {
  return Object.fromEntries(
    effective.map(({ key, shown, origin }) => [
      key,
      {
        value: shown,
        cold: settingOf(key).cold,
        origin,
        from: showOrigin(origin),
        ageMs: ageMs(key),
        flag: flagOf(key),
        variable: variableOf(key),
        doc: settingOf(key).doc,
      },
    ]),
  );
}
