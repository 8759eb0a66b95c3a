import type { DocumentPath } from "#manifest/text/position-of.js";
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

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** One change of an input. */
export type Change =
  | {
      readonly kind: "set" | "append";
      readonly document: SourceDocument;
      readonly path: DocumentPath;
      readonly value: Json;
    }
  | { readonly kind: "remove"; readonly document: SourceDocument; readonly path: DocumentPath }
  | {
      readonly kind: "toml";
      readonly file: string;
      readonly text: string;
      readonly table: string;
      readonly key: string;
      readonly value: Json;
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
