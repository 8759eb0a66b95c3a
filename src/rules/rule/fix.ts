import type { FieldChange } from "#manifest/edit/changed-value.js";
import type { JsonValue } from "#manifest/edit/yaml-text.js";
import type { SourceDocument } from "#manifest/text/source-document.js";

/**
 * `safe`: cannot make a healthy pod unavailable, loses nothing, can be taken back, and doing it twice is doing it once.
 * `suggested`: shown as a patch, for a person to decide.
 */
export interface Fix {
  readonly kind: "safe" | "suggested";
  /** What it does: `startupProbe with 5 s × 7`. */
  readonly title: string;
  readonly changes: readonly Change[];
}

/** One change of an input. */
export type Change =
  | (FieldChange & { readonly document: SourceDocument })
  | {
      readonly kind: "toml";
      readonly file: string;
      readonly text: string;
      readonly table: string;
      readonly key: string;
      readonly value: JsonValue;
    }
  /** Offsets in UTF-16 units of the whole file's text. */
  | {
      readonly kind: "text";
      readonly file: string;
      readonly text: string;
      readonly start: number;
      readonly end: number;
      readonly newText: string;
    };
