import { nearest } from "#base/nearest.js";
import { ok } from "#base/result.js";
import { formatDuration, parseDuration } from "#base/time.js";
import { type Kind, notAvailable, type Read, scalarKind } from "./kind.js";

export const duration = scalarKind<number>({
  expects: "a duration",
  placeholder: "<duration>",
  schema: {
    anyOf: [
      { type: "string", pattern: "^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$" },
      { const: 0 },
    ],
  },
  hint: "Durations are written 300ms, 5s, 1m30s or 0.",
  advise: (text) =>
    /^\d+(\.\d+)?$/.test(text)
      ? `It has no unit: ${text}s, or ${text}ms?`
      : "Durations are written 300ms, 5s, 1m30s or 0.",
  parse: parseDuration,
  show: formatDuration,
});

/** A whole number of at least `min`. */
export function count(min: number): Kind<number> {
  return scalarKind<number>({
    expects: `a whole number of at least ${min}`,
    placeholder: "<n>",
    schema: { type: "integer", minimum: min },
    hint: `Write a whole number, ${min} or more.`,
    parse: (text) => (/^\d{1,9}$/.test(text) && Number(text) >= min ? Number(text) : null),
    show: String,
  });
}

/** Whole per cent, 0 to 100; the sign may be written. */
export const percent = scalarKind<number>({
  expects: "a whole number of per cent from 0 to 100",
  placeholder: "<percent>",
  schema: {
    anyOf: [
      { type: "integer", minimum: 0, maximum: 100 },
      { type: "string", pattern: "^(100|[0-9]{1,2})%?$" },
    ],
  },
  hint: "Write a whole number from 0 to 100: 10, or 10%.",
  parse: (text) => (/^(100|\d{1,2})%?$/.test(text) ? Number.parseInt(text, 10) : null),
  show: String,
});

export const yesNo = scalarKind<boolean>({
  expects: "true or false",
  placeholder: "<true|false>",
  schema: { type: "boolean" },
  hint: "Write true or false.",
  parse: (text) => (text === "true" ? true : text === "false" ? false : null),
  show: String,
});

/** One of a few words. `planned` names words that are to come, and what to use until then. */
export function choice<const W extends string>(
  words: readonly W[],
  planned: Readonly<Record<string, string>> = {},
): Kind<W> {
  const list = words.join(", ");
  return scalarKind<W>({
    expects: `one of ${list}`,
    placeholder: `<${words.join("|")}>`,
    schema: { enum: [...words] },
    hint: `Write one of ${list}.`,
    advise: (text) => {
      const near = nearest(text, words);
      return near === null ? `Write one of ${list}.` : `Did you mean "${near}"?`;
    },
    planned,
    parse: (text) => words.find((word) => word === text) ?? null,
    show: (value) => value,
  });
}

/** A key whose feature does not exist yet: only the value that means "without it" is accepted. */
export function notYet(off: string | null, today: string): Kind<string> {
  const read = (value: unknown): Read<string> =>
    off !== null && String(value) === off
      ? ok(off)
      : notAvailable("this is not available yet", today);
  return {
    expects: off ?? "available yet",
    placeholder: "<not yet>",
    repeatable: false,
    schema: off === null ? { not: {} } : { enum: [off, false] },
    show: (value) => value,
    fromText: (texts) => read(texts.at(-1)),
    fromYaml: (value) => read(value === false ? "off" : value),
  };
}

/** Text taken as it is, for example a Go package; not empty. */
export const text = scalarKind<string>({
  expects: "a text",
  placeholder: "<text>",
  schema: { type: "string", minLength: 1 },
  hint: "Write a text that is not empty.",
  parse: (value) => (value === "" ? null : value),
  show: (value) => value,
});

/** A file or folder; relative to the working directory. */
export const path: Kind<string> = { ...text, expects: "a path", placeholder: "<path>" };
