import assert from "node:assert/strict";
import { expandVariables } from "#config/kinds/expand-variables.js";
import { policyLayer } from "#config/layers/policy-layer.js";
import { resolveSettings } from "#config/resolve-settings.js";
import type { Settings } from "#config/settings.js";
import { around } from "#test/config/around.js";

/** Files of the policy folder, by their names. */
export type PolicyFiles = Readonly<Record<string, string>>;

/** The settings that these files make, everything else as documented. */
export function settingsWithPolicy(files: PolicyFiles): Settings {
  const read = Object.entries(files).map(([name, text]) => {
    return { name, path: `/etc/hotpod/policy/${name}`, text, changedAtMs: 0 };
  });
  const layers = [policyLayer(read, expandVariables({}))];
  // A command, so that the recipe is certain.
  const { settings, problems } = resolveSettings(layers, ["true"], around());
  assert.deepEqual(problems, []);
  assert.ok(settings !== null);
  return settings;
}
