import { UserError } from "#base/user-error.js";
import { expandVariables } from "#config/kinds/expand-variables.js";
import type { Expand } from "#config/kinds/kind.js";
import { environmentLayer, flagLayer, type Layer } from "#config/layer.js";
import { policyLayer } from "#config/layers/policy-layer.js";
import { type Resolved, resolveSettings } from "#config/resolve-settings.js";
import { type SettingKey, settingOf } from "#config/setting-table.js";
import { absolute, type Surroundings } from "#config/surroundings.js";
import { readTextFile } from "#edge/read-text-file.js";
import { readPolicyFolder } from "#edge/watch/policy-folder.js";

/** What the command line says; the same for every reading of the configuration. */
export interface GivenSettings {
  readonly flags: ReadonlyMap<SettingKey, readonly string[]>;
  readonly command: readonly string[];
}

export const SETTINGS_FILE = "hotpod.yaml";

/** Reads everything that is set: flags, environment, policy directory, hotpod.yaml. */
export async function loadSettings(given: GivenSettings, around: Surroundings): Promise<Resolved> {
  return (await settingsSources(given, around)).read();
}

/** The settings again and again, where the policy directory changes more often than the file. */
export interface SettingsSources {
  /** The policy directory as it is now, hotpod.yaml as it was read. */
  read(): Resolved;
  readonly policyDir: string;
}

/** Reads hotpod.yaml. */
export async function settingsSources(
  given: GivenSettings,
  around: Surroundings,
): Promise<SettingsSources> {
  const expand = expandVariables(around.env);
  const strong = [flagLayer(given.flags, expand), environmentLayer(around.env, expand)];
  const file = await fileLayers(around);
  const policyDir = policyDirOf([...strong, ...file], expand, around);
  return {
    policyDir,
    read: () => {
      const layers: Layer[] = [...strong, readPolicy(policyDir, expand), ...file];
      return resolveSettings(layers, given.command, around);
    },
  };
}

/** Where the policy is cannot be said by the policy. */
function policyDirOf(layers: readonly Layer[], expand: Expand, { cwd }: Surroundings): string {
  const { kind, standard } = settingOf("policy.dir");
  const set = layers.flatMap((layer) => layer.values.get("policy.dir") ?? [])[0];
  const read = kind.fromText([standard ?? ""], expand);
  return absolute(cwd, String(set?.value ?? (read.ok ? read.value : standard)));
}

function readPolicy(folder: string, expand: Expand): Layer {
  const files = readPolicyFolder(folder);
  if (files.ok) return policyLayer(files.value, expand);
  const { path, code } = files.error;
  throw new UserError({
    code: "unreadable-policy",
    message: `${path} of the policy directory cannot be read: ${code}`,
    hint: "Make it readable for this user (defaultMode, fsGroup), or name another folder with --policy-dir.",
  });
}

/** None when there is no such file; the YAML parser is loaded only when there is. */
async function fileLayers(around: Surroundings): Promise<Layer[]> {
  const file = readTextFile(`${around.cwd}/${SETTINGS_FILE}`);
  if (file.ok) {
    const { yamlLayer } = await import("#config/layers/yaml-layer.js");
    return [yamlLayer(file.value, SETTINGS_FILE, expandVariables(around.env))];
  }
  if (file.error.code === "ENOENT") return [];
  throw new UserError({
    code: "unreadable-settings",
    message: `${SETTINGS_FILE} cannot be read: ${file.error.code}`,
    hint: "Make it readable for this user, or remove it.",
  });
}
