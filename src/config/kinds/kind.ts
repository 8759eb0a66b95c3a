import { fail, ok, type Result } from "#base/result.js";

/** What a value is for: how it is read from text (flags, environment) and from YAML, and how it is described. */
export interface Kind<T> {
  /** Completes "… is not …" in messages: `a duration such as 300ms`. */
  readonly expects: string;
  /** Stands for the value in the help: `<duration>`. */
  readonly placeholder: string;
  /** A flag of this kind may be given several times; the environment separates by commas. */
  readonly repeatable: boolean;
  readonly schema: JsonSchema;
  fromText(texts: readonly string[], expand: Expand): Read<T>;
  fromYaml(value: unknown, expand: Expand): Read<T>;
  show(value: T): string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is wrong with a value. `item`: which element of a list, when it is one. */
export interface Misfit {
  readonly what: string;
  readonly hint: string;
  readonly item?: number;
  /** The value is known and its feature does not exist yet. */
  readonly planned?: true;
}

export type Read<T> = Result<T, Misfit>;

/** Replaces `${NAME}` and `${NAME:-default}`. */
export type Expand = (text: string) => Read<string>;

export function misfit(what: string, hint: string): Read<never> {
  return fail({ what, hint });
}

export function notAvailable(what: string, today: string): Read<never> {
  return fail({ what, hint: today, planned: true });
}

/** How a value appears in a message: quoted, on one line, short. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

/** A kind whose values are written as one word or number; `parse` sees the expanded text. */
export function scalarKind<T>(fields: {
  readonly expects: string;
  readonly placeholder: string;
  readonly schema: JsonSchema;
  readonly hint: string;
  readonly parse: (text: string) => T | null;
  readonly show: (value: T) => string;
  /** A better hint for a text that does not fit. */
  readonly advise?: (text: string) => string;
  /** Values whose feature does not exist yet, and what to use until then. */
  readonly planned?: Readonly<Record<string, string>>;
}): Kind<T> {
  const read = (raw: string, shown: unknown, expand: Expand): Read<T> => {
    const text = expand(raw);
    if (!text.ok) return text;
    const value = fields.parse(text.value.trim());
    if (value !== null) return ok(value);
    const planned = fields.planned?.[text.value.trim()];
    if (planned !== undefined)
      return notAvailable(`${quoted(shown)} is not available yet`, planned);
    const hint = fields.advise?.(text.value.trim()) ?? fields.hint;
    return misfit(`${quoted(shown)} is not ${fields.expects}`, hint);
  };
  return {
    expects: fields.expects,
    placeholder: fields.placeholder,
    repeatable: false,
    schema: fields.schema,
    show: fields.show,
    fromText: (texts, expand) => read(texts.at(-1) ?? "", texts.at(-1) ?? "", expand),
    fromYaml: (value, expand) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? read(String(value), value, expand)
        : misfit(`${describe(value)} is not ${fields.expects}`, fields.hint),
  };
}

/** Names what a YAML value is when it is of the wrong shape. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : quoted(value);
}
