import { assembleSettings } from "./assemble-settings.js";
import { expandVariables } from "./kinds/expand-variables.js";
import type { Layer, Origin } from "./layer.js";
import type { Problem } from "./problem.js";
import { type Places, resolvePlaces } from "./resolve-places.js";
import { resolveRecipe } from "./resolve-recipe.js";
import { SETTING_KEYS, type SettingKey, settingOf, type ValueOf } from "./setting-table.js";
import type { Settings } from "./settings.js";
import type { Surroundings } from "./surroundings.js";

/** Everything that is set, where each value comes from, and what is wrong with it. */
export interface Resolved {
  /** null when there are problems. */
  readonly settings: Settings | null;
  readonly places: Places;
  readonly effective: readonly Effective[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** One setting as it counts. */
export interface Effective {
  readonly key: SettingKey;
  /** The value as text that reads back; null: unset. */
  readonly shown: string | null;
  readonly origin: Origin;
}

/** The value that counts for a key; null when it is unset. */
export type Get = <K extends SettingKey>(key: K) => ValueOf<K> | null;

interface Value {
  readonly value: unknown;
  readonly origin: Origin;
}

/** `layers`: the strongest first. `command`: what stands after `--`. */
export function resolveSettings(
  layers: readonly Layer[],
  command: readonly string[],
  around: Surroundings,
): Resolved {
  const problems = layers.flatMap((layer) => layer.problems);
  const chosen = new Map<SettingKey, Value>();
  for (const key of SETTING_KEYS) {
    const set = layers.flatMap((layer) => layer.values.get(key) ?? [])[0];
    chosen.set(key, set ?? standardOf(key, around, problems));
  }
  const get: Get = (key) => (chosen.get(key)?.value ?? null) as never;
  const recipe = resolveRecipe(
    get("recipe") ?? "auto",
    get("artifact"),
    get("build.command"),
    command,
    around,
  );
  // A recipe that cannot be told is no news while other mistakes may be the reason.
  if (!recipe.ok && problems.length === 0) problems.push(recipe.error);
  const settings =
    recipe.ok && problems.length === 0
      ? {
          ...assembleSettings(get, recipe.value.recipe, command, around),
          listenNamed: chosen.get("listen")?.origin.kind !== "default",
        }
      : null;
  if (recipe.ok && recipe.value.why !== null) {
    const origin: Origin = { kind: "default", why: recipe.value.why };
    chosen.set("recipe", { value: recipe.value.recipe, origin });
  }
  const places = resolvePlaces(get, around);
  return {
    settings,
    places,
    effective: SETTING_KEYS.map((key) => effectiveOf(key, chosen.get(key), settings, places)),
    problems,
    warnings: layers.flatMap((layer) => layer.warnings),
  };
}

function standardOf(key: SettingKey, around: Surroundings, problems: Problem[]): Value {
  const { kind, standard, onTerminal, found } = settingOf(key);
  const onePerson = around.terminal && onTerminal !== null;
  const text = onePerson ? onTerminal : standard;
  if (text === null) return { value: null, origin: { kind: "default", why: found } };
  const origin: Origin = { kind: "default", why: onePerson ? "on a terminal" : null };
  const read = kind.fromText([text], expandVariables(around.env));
  if (read.ok) return { value: read.value, origin };
  // Only the default of `listen` can fail to read: PORT is set to something that is no port.
  const { what, hint } = read.error;
  problems.push({ code: "bad-value", where: `${key}, by default ${text}`, what, hint });
  return { value: null, origin };
}

function effectiveOf(
  key: SettingKey,
  chosen: Value | undefined,
  settings: Settings | null,
  places: Places,
): Effective {
  const origin: Origin = chosen?.origin ?? { kind: "default", why: null };
  const foundAtStart = foundOut(key, settings, places);
  if (foundAtStart !== null) return { key, shown: foundAtStart, origin };
  const value = chosen?.value ?? null;
  return { key, shown: value === null ? null : settingOf(key).kind.show(value), origin };
}

/** Values that are only known once everything is put together. */
function foundOut(key: SettingKey, settings: Settings | null, places: Places): string | null {
  switch (key) {
    case "store.dir":
      return places.storeDir;
    case "control.socket":
      return places.controlSocket;
    case "log.format":
      return settings?.log.format ?? null;
    default:
      return null;
  }
}
