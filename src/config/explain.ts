import { showOrigin } from "./layer.js";
import type { Effective } from "./resolve-settings.js";
import { flagOf, settingOf, variableOf } from "./setting-table.js";

/** `hotpod run --explain`: every effective value, its origin, and whether it can change while running. */
export function explainText(effective: readonly Effective[]): string {
  const rows = effective.map(({ key, shown, origin }) => [
    key,
    shown ?? "-",
    settingOf(key).cold ? "cold" : "hot",
    showOrigin(origin),
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
    "hot: a change of hotpod.yaml counts after SIGHUP.  cold: fixed until the next start.",
    "Flags and environment variables never change while a container runs.",
  ].join("\n");
}

/** The same for machines, by key. */
export function explainJson(effective: readonly Effective[]): Readonly<Record<string, object>> {
  return Object.fromEntries(
    effective.map(({ key, shown, origin }) => [
      key,
      {
        value: shown,
        cold: settingOf(key).cold,
        origin,
        flag: flagOf(key),
        variable: variableOf(key),
        doc: settingOf(key).doc,
      },
    ]),
  );
}
