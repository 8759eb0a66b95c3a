import { nearest } from "#base/nearest.js";
import type { Expand } from "#config/kinds/kind.js";
import { isList, type Layer, type Origin } from "#config/layer.js";
import { misfitCode, type Problem } from "#config/problem.js";
import { isSettingKey, SETTING_KEYS, type SettingKey, settingOf } from "#config/setting-table.js";

/** One file of the policy directory: a key of a ConfigMap, or an item of a Downward API volume. */
export interface PolicyFile {
  readonly name: string;
  /** For people. */
  readonly path: string;
  readonly text: string;
  /** When it came to be there, milliseconds since 1970. */
  readonly changedAtMs: number;
}

/** Items of a Downward API volume that tell of the pod and are no settings. */
const OF_THE_POD = /^(labels|name|namespace|uid|pod-info|(limits|requests)\..+)$/;
/** What no text holds: control characters, and what stands for bytes that are no UTF-8. */
const NO_TEXT = /\ufffd|(?![\t\n\v\f\r])\p{Cc}/u;
const FILL_OR_REMOVE =
  "Write a value, or remove it: without it, hotpod.yaml or the default counts.";
/** The file of `metadata.annotations`. */
const ANNOTATIONS = "annotations";
const PREFIX = "hotpod.dev/";
/** Annotations that other commands read or write (`hotpod check`, `hotpod push config`). */
const NO_SETTING =
  /^(ignore\.|timing\.|hot-path$|hot-config$|served$|rotates$|rule$|config-(version|push)$|x-)/;

/**
 * What the policy directory says: one file a key, and the annotations `hotpod.dev/KEY` of the pod where a Downward API volume has
 * them. A key that is there twice is a mistake, for nobody could tell which counts.
 */
export function policyLayer(files: readonly PolicyFile[], expand: Expand): Layer {
  const values = new Map<SettingKey, { value: unknown; origin: Origin }>();
  const problems: Problem[] = [];
  const set = (key: string, text: string, where: string, changedAtMs: number): void => {
    if (!isSettingKey(key)) {
      problems.push({ code: "unknown-key", where, what: `unknown key "${key}"`, hint: near(key) });
      return;
    }
    const earlier = values.get(key)?.origin;
    if (earlier?.kind === "policy") {
      const what = `${key} is set by ${earlier.where} as well`;
      problems.push({ code: "bad-value", where, what, hint: "Remove one of them." });
      return;
    }
    if (NO_TEXT.test(text)) {
      const hint =
        "Write the value as UTF-8 text; a value under binaryData of a ConfigMap goes under data.";
      problems.push({ code: "bad-value", where, what: `${key}: this is no text`, hint });
      return;
    }
    const { kind } = settingOf(key);
    const read = kind.fromText(partsOf(key, text.trim()), expand);
    const origin: Origin = { kind: "policy", where, changedAtMs };
    if (read.ok) values.set(key, { value: read.value, origin });
    else if (text.trim() === "") {
      const what = `${key}: this is empty, not ${kind.expects}`;
      problems.push({ code: "bad-value", where, what, hint: FILL_OR_REMOVE });
    } else {
      const { what, hint } = read.error;
      problems.push({ code: misfitCode(read.error), where, what: `${key}: ${what}`, hint });
    }
  };
  for (const { name, path, text, changedAtMs } of files) {
    if (name.startsWith("x-") || OF_THE_POD.test(name)) continue;
    if (name !== ANNOTATIONS) {
      set(name, text, `${path}:1`, changedAtMs);
      continue;
    }
    for (const { key, value, line } of annotationsOf(text)) {
      if (!key.startsWith(PREFIX) || NO_SETTING.test(key.slice(PREFIX.length))) continue;
      set(key.slice(PREFIX.length), value, `${path}:${line}`, changedAtMs);
    }
  }
  return { values, problems, warnings: [] };
}

/** Lists are written on lines of their own, or with commas. */
function partsOf(key: SettingKey, plain: string): string[] {
  if (!isList(key)) return [plain];
  return plain
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

interface Annotation {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** The format of the Downward API: `KEY="VALUE"` a line, the value quoted as Go quotes strings (%q). */
export function annotationsOf(text: string): Annotation[] {
  return text.split("\n").flatMap((line, at) => {
    const equals = line.indexOf("=");
    if (equals <= 0) return [];
    const value = unquoted(line.slice(equals + 1).trim());
    return [{ key: line.slice(0, equals), value, line: at + 1 }];
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unquoted(quoted: string): string {
  const inner = quoted.replace(/^"([\s\S]*)"$/, "$1");
  const sequence = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\s\S]))/gi;
  return inner.replace(sequence, (_all, x, u, long, one: string) => {
    const code = x ?? u ?? long;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    return ESCAPES[one] ?? one;
  });
}

function near(key: string): string {
  const found = nearest(key, SETTING_KEYS);
  if (found !== null) return `Did you mean "${found}"?`;
  return "`hotpod run --explain` lists every key; files and annotations that begin with x- are free.";
}
