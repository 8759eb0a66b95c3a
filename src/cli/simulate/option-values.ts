import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import type { Micros } from "#model/life/life-event.js";
import { microsOfText } from "./plan/tokens.js";

/** Values of flags. Each is refused with what it should be. */
export function optionError(flag: string, text: string, expected: string): UserError {
  return new UserError({
    code: "simulate-option",
    message: `${flag} ${JSON.stringify(text)} is not ${expected}`,
    hint: `Give ${flag} ${expected}; see hotpod simulate --help.`,
  });
}

export function choice<W extends string, D extends W | null>(
  flag: string,
  text: string | undefined,
  words: readonly W[],
  standard: D,
): W | D {
  if (text === undefined) return standard;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const near = nearest(text, words);
  throw new UserError({
    code: "simulate-option",
    message: `${flag} ${JSON.stringify(text)} is not known`,
    hint: near === null ? `One of ${words.join(", ")}.` : `Did you mean ${flag} ${near}?`,
  });
}

export function count(
  flag: string,
  text: string | undefined,
  max: number,
  standard: number,
): number {
  if (text === undefined) return standard;
  if (/^\d{1,10}$/.test(text) && Number(text) <= max) return Number(text);
  throw optionError(flag, text, `a whole number from 0 to ${max.toLocaleString("en")}`);
}

export function number(
  flag: string,
  text: string | undefined,
  range: { readonly min: number; readonly max: number },
  standard: number,
): number {
  if (text === undefined) return standard;
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw optionError(flag, text, `a number from ${range.min} to ${range.max.toLocaleString("en")}`);
}

/** From 0 to 1; a percentage is read, too. */
export function fraction(flag: string, text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  const percent = text.endsWith("%");
  const digits = percent ? text.slice(0, -1) : text;
  const value = /^\d*\.?\d+$/.test(digits) ? Number(digits) / (percent ? 100 : 1) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw optionError(flag, text, "a share like 0.5 or 50%");
}

export function duration(flag: string, text: string, max: Micros, min: Micros = 0): Micros {
  const us = microsOfText(text);
  if (us !== null && us <= max && us >= min) return us;
  const days = max / (24 * 3_600_000_000);
  const most = days >= 1 ? `${days} days` : `${max / 1_000_000}s`;
  throw optionError(flag, text, `a duration up to ${most}, like 15m or 300ms`);
}
