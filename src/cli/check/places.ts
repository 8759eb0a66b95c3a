import { regionOf, type Source } from "#manifest/text/source.js";
import type { CheckPlace } from "#report/check/check-report.js";
import { lineStarts } from "#rules/fix/apply-fix.js";

/** Finds lines and offsets in the files that were read; each file is measured once. */
export interface Places {
  /** null: it stands in no file. */
  of(source: Source): CheckPlace | null;
  /** Of a line's first character; lines count from 1. */
  offsetOf(file: string, line: number): number;
  /** Counted from 1. */
  lineAndColumn(file: string, offset: number): { readonly line: number; readonly column: number };
}

export function placesIn(texts: ReadonlyMap<string, string>): Places {
  const measured = new Map<string, readonly number[]>();
  const startsOf = (file: string): readonly number[] => {
    const known = measured.get(file) ?? lineStarts(texts.get(file) ?? "");
    measured.set(file, known);
    return known;
  };
  return {
    of: (source) => {
      const region = regionOf(source);
      if (region === null) return null;
      const starts = startsOf(region.file);
      const from = starts[region.line - 1] ?? 0;
      const text = (texts.get(region.file) ?? "").slice(from, starts[region.line] ?? undefined);
      return { ...region, text: text.replace(/\r?\n$/, "") };
    },
    offsetOf: (file, line) => startsOf(file)[line - 1] ?? 0,
    lineAndColumn: (file, offset) => {
      const starts = startsOf(file);
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
  };
}
