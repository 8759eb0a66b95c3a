/** Pieces of CEL that conditions are put together from. CEL has no functions of its own; these are written out where they are used. */

/** A list with the value of a timing in seconds, or of a size in bytes, from the annotation `hotpod.dev/timing.KEY`; empty: not known. */
export const timing = (key: string): string =>
  `variables.timings.filter(t, t.key == ${quoted(key)}).map(t, t.value)`;

/** A list with the literal value of an environment variable of `one`; empty: not set, or from elsewhere. */
export const env = (name: string, of = "one"): string =>
  `${of}.env.filter(e, e.name == ${quoted(name)} && has(e.value)).map(e, e.value)`;

/** Seconds of `10s`, `1500ms`, `2m` or `3`, as a double. The text must have matched `DURATION`. */
export const seconds = (text: string): string =>
  `(${text}.endsWith("ms") ? double(${text}.replace("ms", "")) / 1000.0 : ` +
  `${text}.endsWith("m") ? double(${text}.replace("m", "")) * 60.0 : double(${text}.replace("s", "")))`;

export const DURATION = String.raw`^[0-9]+(\\.[0-9]+)?(ms|s|m)?$`;

/** The last part of a path. */
export const baseName = (path: string): string =>
  `${path}.split("/")[${path}.split("/").size() - 1]`;

export const quoted = (text: string): string => JSON.stringify(text);

export const list = (texts: readonly string[]): string => `[${texts.map(quoted).join(", ")}]`;

/** `name` stands for `value` inside `body`: a list of one. */
export const given = (name: string, value: string, body: string): string =>
  `[${value}].map(${name}, ${body})[0]`;

/** A list of what hotpod's setting is given as, in a flag (the last first) or a variable; empty: its default counts. */
export function setting(key: string, of = "one"): string {
  const flag = `--${key.replaceAll(".", "-")}`;
  const variable = `HOTPOD_${key.replaceAll(".", "_").toUpperCase()}`;
  const spaced = `${of}.argv.join("\\n")`;
  return (
    `(${of}.argv.filter(w, w.startsWith("${flag}=")).map(w, w.replace("${flag}=", "")) + ` +
    `(${of}.argv.exists(w, w == "${flag}") ? [${spaced}.split("${flag}\\n")[1].split("\\n")[0]] : []) + ` +
    `${env(variable, of)})`
  );
}
