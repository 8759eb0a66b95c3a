export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** A table for terminals: columns as wide as their widest cell, two spaces between them. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const width = columns.map(({ title }, i) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? "";
        const gap = " ".repeat(Math.max(0, (width[i] ?? 0) - widthOf(cell)));
        return align === "right" ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  const rule = width.map((w) => "─".repeat(w)).join("  ");
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].join("\n");
}

/** The same as GitHub-flavoured Markdown. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  const rule = `|${columns.map(({ align }) => (align === "right" ? "---:" : "---")).join("|")}|`;
  const filled = rows.map((row) => columns.map((_, i) => row[i] ?? ""));
  return [line(columns.map(({ title }) => title)), rule, ...filled.map(line)].join("\n");
}

const escapeCell = (cell: string): string => cell.replaceAll("|", "\\|").replaceAll("\n", " ");

/** Code points, not UTF-16 units; the texts shown here have no wide characters. */
const widthOf = (text: string): number => [...text].length;
