import { expandVariables } from "#config/kinds/expand-variables.js";
import { environmentLayer, flagLayer, type Layer } from "#config/layer.js";
import { yamlLayer } from "#config/layers/yaml-layer.js";
import { type Resolved, resolveSettings } from "#config/resolve-settings.js";
import type { SettingKey } from "#config/setting-table.js";
import type { Surroundings } from "#config/surroundings.js";
import type { Container } from "#model/kube/pod.js";
import { readRunOptions } from "./run-options.js";

/**
 * The settings `hotpod run` would have in this container: flags of its command, then `HOTPOD_*` of its environment, then
 * hotpod.yaml. The production resolver reads them, so a mistake in them is told as it would tell it.
 */
export function containerSettings(
  container: Container,
  settings: { readonly file: string; readonly text: string } | null,
): Resolved {
  const env = environmentOf(container);
  const expand = expandVariables(env);
  const layers: Layer[] = [
    flagLayer(flagsOf(container), expand),
    environmentLayer(env, expand),
    ...(settings === null ? [] : [yamlLayer(settings.text, settings.file, expand)]),
  ];
  // What would be built or run is no matter here, and is not looked for.
  return resolveSettings(layers, ["true"], surroundingsOf(env));
}

/** Literal values only: what comes from elsewhere is not known here. */
function environmentOf({ env }: Container): Readonly<Record<string, string>> {
  return Object.fromEntries(
    env.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])),
  );
}

function flagsOf({ command, args }: Container): ReadonlyMap<SettingKey, readonly string[]> {
  const words = [...(command ?? []), ...(args ?? [])];
  const at = words.findIndex((word) => /(^|\/)hotpod$/.test(word));
  if (at < 0 || words[at + 1] !== "run") return new Map();
  return readRunOptions(words.slice(at + 2)).flags;
}

function surroundingsOf(env: Readonly<Record<string, string>>): Surroundings {
  return {
    cwd: "/",
    env,
    temporaryFolder: "/tmp",
    terminal: false,
    logTerminal: false,
    goModule: false,
    storeHereWritable: false,
    cwdHash: "",
    findProgram: () => null,
  };
}
