import { UserError } from "#base/user-error.js";
import { expandVariables } from "#config/kinds/expand-variables.js";
import { environmentLayer, flagLayer, type Layer } from "#config/layer.js";
import { type Resolved, resolveSettings } from "#config/resolve-settings.js";
import type { SettingKey } from "#config/setting-table.js";
import type { Surroundings } from "#config/surroundings.js";
import { readTextFile } from "#edge/read-text-file.js";

/** What the command line says; the same for every reading of the configuration. */
export interface GivenSettings {
  readonly flags: ReadonlyMap<SettingKey, readonly string[]>;
  readonly command: readonly string[];
}

export const SETTINGS_FILE = "hotpod.yaml";

/** Reads everything that is set: flags, environment, hotpod.yaml. */
export async function loadSettings(given: GivenSettings, around: Surroundings): Promise<Resolved> {
  const expand = expandVariables(around.env);
  const layers: Layer[] = [
    flagLayer(given.flags, expand),
    environmentLayer(around.env, expand),
    ...(await fileLayers(around)),
  ];
  return resolveSettings(layers, given.command, around);
}

/** None when there is no such file; the YAML parser is loaded only when there is. */
async function fileLayers(around: Surroundings): Promise<Layer[]> {
  const file = readTextFile(`${around.cwd}/${SETTINGS_FILE}`);
  if (file.ok) {
    const { yamlLayer } = await import("#config/yaml-layer.js");
    return [yamlLayer(file.value, SETTINGS_FILE, expandVariables(around.env))];
  }
  if (file.error.code === "ENOENT") return [];
  throw new UserError({
    code: "unreadable-settings",
    message: `${SETTINGS_FILE} cannot be read: ${file.error.code}`,
    hint: "Make it readable for this user, or remove it.",
  });
}
