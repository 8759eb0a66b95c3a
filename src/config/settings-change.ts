import type { Effective } from "./resolve-settings.js";
import { type SettingKey, settingOf } from "./setting-table.js";

/** What a new reading of the configuration changes: at once, or only with the next start. */
export interface SettingsChange {
  readonly hot: readonly Changed[];
  readonly cold: readonly Changed[];
}

export interface Changed {
  readonly key: SettingKey;
  readonly from: string | null;
  readonly to: string | null;
}

export function settingsChange(
  before: readonly Effective[],
  after: readonly Effective[],
): SettingsChange {
  const old = new Map(before.map(({ key, shown }) => [key, shown]));
  const changed = after
    .map(({ key, shown }): Changed => ({ key, from: old.get(key) ?? null, to: shown }))
    .filter(({ from, to }) => from !== to);
  return {
    hot: changed.filter(({ key }) => !settingOf(key).cold),
    cold: changed.filter(({ key }) => settingOf(key).cold),
  };
}
