import { formatDuration } from "#base/time.js";
import type { Drawing, Lane, Tone } from "./drawing.js";

/** A time-line in characters, `columns` wide without the names. */
export function textLanes(drawing: Drawing, columns: number): string {
  const names = ["saves", ...drawing.lanes.map(({ name }) => name), "failed"];
  const nameWidth = Math.max(...names.map((name) => name.length));
  const column = (atMs: number): number =>
    Math.min(columns - 1, Math.max(0, Math.floor((atMs / drawing.tookMs) * columns)));
  const row = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(nameWidth)} │${cells.join("")}│`;
  const saves = blank(columns);
  for (const { atMs, tone } of drawing.marks) saves[column(atMs)] = tone === "bad" ? "✗" : "▼";
  const lines = [row("saves", saves)];
  for (const lane of drawing.lanes) lines.push(row(lane.name, laneCells(lane, columns, column)));
  if (drawing.traffic !== null) {
    const { sliceMs, failed } = drawing.traffic;
    const cells = blank(columns);
    failed.forEach((count, slice) => {
      if (count > 0) cells[column(slice * sliceMs)] = "✗";
    });
    lines.push(row("failed", cells));
  }
  const end = formatDuration(drawing.tookMs);
  lines.push(`${" ".repeat(nameWidth + 2)}0${end.padStart(columns - 1)}`);
  return lines.join("\n");
}

function laneCells(lane: Lane, columns: number, column: (atMs: number) => number): string[] {
  const cells = blank(columns);
  for (const span of lane.spans) {
    for (let i = column(span.fromMs); i <= column(span.toMs); i += 1) {
      // What is short and bad must not vanish under what comes after it in the same column.
      if (cells[i] !== FILL.bad) cells[i] = FILL[span.tone];
    }
  }
  return cells;
}

const FILL: Readonly<Record<Tone, string>> = { good: "█", bad: "✗", busy: "▒", quiet: "░" };

/** What the characters of `textLanes` stand for. */
export const LANES_LEGEND = "█ well  ▒ at work  ░ waiting  ✗ bad  ▼ save";

const blank = (columns: number): string[] => Array.from({ length: columns }, () => " ");
