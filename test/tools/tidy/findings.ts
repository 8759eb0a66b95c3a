import { formatFinding } from "#tools/tidy/finding.js";
import { tidy } from "#tools/tidy/tidy.js";

/** What tidy prints about a small tree given as `{path: text}`. */
export function findings(files: Readonly<Record<string, string>>): string[] {
  return tidy({ files: new Map(Object.entries(files)), binaries: new Set() }).map(formatFinding);
}
