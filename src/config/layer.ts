import { nearest } from "#base/nearest.js";
import type { Expand, Read } from "./kinds/kind.js";
import { misfitCode, type Problem } from "./problem.js";
import { flagOf, SETTING_KEYS, type SettingKey, settingOf, variableOf } from "./setting-table.js";

/** Where a value comes from. */
export type Origin =
  | { readonly kind: "flag"; readonly name: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "policy"; readonly where: string; readonly changedAtMs: number }
  | { readonly kind: "file"; readonly where: string }
  | { readonly kind: "default"; readonly why: string | null };

/** What one source says, and what is wrong with it. */
export interface Layer {
  readonly values: ReadonlyMap<SettingKey, { readonly value: unknown; readonly origin: Origin }>;
  readonly problems: readonly Problem[];
  /** Worth saying, but no reason not to start. */
  readonly warnings: readonly string[];
}

/** Flags as the command line gave them: every text of every key. */
export function flagLayer(
  flags: ReadonlyMap<SettingKey, readonly string[]>,
  expand: Expand,
): Layer {
  return textLayer(flags, expand, (key) => ({ kind: "flag", name: flagOf(key) }), []);
}

/** What Kubernetes sets for a Service that is called hotpod. */
const OF_A_SERVICE = /^HOTPOD_(SERVICE|PORT)(_|$)/;

/** `HOTPOD_*`. Lists are separated by commas. Unknown names may be other people's, so they are only mentioned. */
export function environmentLayer(
  env: Readonly<Record<string, string | undefined>>,
  expand: Expand,
): Layer {
  const texts = new Map<SettingKey, readonly string[]>();
  const known = new Map(SETTING_KEYS.map((key) => [variableOf(key), key]));
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("HOTPOD_") || text === undefined || text === "") continue;
    const key = known.get(name);
    if (key === undefined) {
      const near = OF_A_SERVICE.test(name) ? null : nearest(name, [...known.keys()]);
      if (near !== null) warnings.push(`${name} is no setting; did you mean ${near}?`);
      continue;
    }
    texts.set(key, isList(key) ? text.split(",").map((part) => part.trim()) : [text]);
  }
  return textLayer(
    texts,
    expand,
    (key) => ({ kind: "environment", name: variableOf(key) }),
    warnings,
  );
}

/** One text may hold several values of it; words of a command line stay together. */
export function isList(key: SettingKey): boolean {
  const { repeatable, placeholder } = settingOf(key).kind;
  return repeatable && placeholder !== "<words>";
}

function textLayer(
  texts: ReadonlyMap<SettingKey, readonly string[]>,
  expand: Expand,
  originOf: (key: SettingKey) => Origin & { readonly name: string },
  warnings: readonly string[],
): Layer {
  const values = new Map<SettingKey, { value: unknown; origin: Origin }>();
  const problems: Problem[] = [];
  for (const [key, list] of texts) {
    const origin = originOf(key);
    const read: Read<unknown> = settingOf(key).kind.fromText(list, expand);
    if (read.ok) values.set(key, { value: read.value, origin });
    else {
      const { what, hint } = read.error;
      problems.push({ code: misfitCode(read.error), where: origin.name, what, hint });
    }
  }
  return { values, problems, warnings };
}

/** In words: `--ready-timeout`, `HOTPOD_GRACE (fixed while the container runs)`, `hotpod.yaml:3:3`, `default`. */
export function showOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "flag":
      return origin.name;
    case "environment":
      return `${origin.name} (fixed while the container runs)`;
    case "policy":
    case "file":
      return origin.where;
    case "default":
      return origin.why === null ? "default" : `default: ${origin.why}`;
  }
}
