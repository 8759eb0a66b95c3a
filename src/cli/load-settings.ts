import { UserError } from "#base/user-error.js";
import { expandVariables } from "#config/kinds/expand-variables.js";
import type { Expand } from "#config/kinds/kind.js";
import { environmentLayer, flagLayer, type Layer, showOrigin } from "#config/layer.js";
import { policyLayer } from "#config/layers/policy-layer.js";
import { type Resolved, resolveSettings } from "#config/resolve-settings.js";
import { type SettingKey, settingOf } from "#config/setting-table.js";
import { absolute, type Surroundings } from "#config/surroundings.js";
import { readTextFile } from "#edge/read-text-file.js";
import { isFolder } from "#edge/surroundings.js";
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
  const policy = policyDirOf([...strong, ...file], expand, around);
  return {
    policyDir: policy.folder,
    read: () => {
      const layers: Layer[] = [...strong, readPolicy(policy, expand), ...file];
      return resolveSettings(layers, given.command, around);
    },
  };
}

interface PolicyDir {
  readonly folder: string;
  /** Where it was set; null: the default, which need not exist. */
  readonly named: string | null;
}

/** Where the policy is cannot be said by the policy. */
function policyDirOf(layers: readonly Layer[], expand: Expand, { cwd }: Surroundings): PolicyDir {
  const { kind, standard } = settingOf("policy.dir");
  const set = layers.flatMap((layer) => layer.values.get("policy.dir") ?? [])[0];
  const read = kind.fromText([standard ?? ""], expand);
  return {
    folder: absolute(cwd, String(set?.value ?? (read.ok ? read.value : standard))),
    named: set === undefined ? null : showOrigin(set.origin),
  };
}

function readPolicy({ folder, named }: PolicyDir, expand: Expand): Layer {
  const files = readPolicyFolder(folder);
  if (files.ok) {
    if (named !== null && !isFolder(folder)) throw missingFolder(folder, named);
    return policyLayer(files.value, expand);
  }
  const { path, code } = files.error;
  throw new UserError({
    code: "unreadable-policy",
    message: `${path} of the policy directory cannot be read: ${code}${WHY[code] ?? ""}`,
    hint: MENDED_BY[code] ?? READABLE,
  });
}

const WHY: Readonly<Record<string, string>> = {
  EFBIG: " (larger than 1 MiB)",
  ENOENT: " (a link to nothing, or files that come and go all the time)",
  ELOOP: " (a link that leads back to itself)",
};
const MENDED_BY: Readonly<Record<string, string>> = {
  EFBIG:
    "A policy is one short value a file: remove this one, or name another folder with --policy-dir.",
  ENOENT: "Remove the link or let it lead to a file; a mounted volume makes its links itself.",
  ELOOP: "Remove the link or let it lead to a file; a mounted volume makes its links itself.",
};
const READABLE =
  "Make it readable for this user (defaultMode, fsGroup), or name another folder with --policy-dir.";

function missingFolder(folder: string, named: string): UserError {
  return new UserError({
    code: "no-policy-dir",
    message: `${named}: there is no folder ${folder} for the policy`,
    hint: "Mount the volume there, or correct the name. Only the default folder may be missing.",
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
