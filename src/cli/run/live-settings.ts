import type { Instant } from "#base/time.js";
import type { UserError } from "#base/user-error.js";
import { keepCold } from "#config/keep-cold.js";
import { settingsError } from "#config/problem.js";
import type { Effective, Resolved } from "#config/resolve-settings.js";
import type { SettingKey } from "#config/setting-table.js";
import type { Settings } from "#config/settings.js";
import { type SettingsChange, settingsChange } from "#config/settings-change.js";

/** What can be wrong with settings that are well-formed; null: nothing. */
export type Refuse = (settings: Settings) => UserError | null;

/** The settings that count at the moment. */
export interface LiveSettings {
  /** One object for the whole run; hot values change in place, so read them when they are needed. */
  readonly settings: Settings;
  readonly effective: () => readonly Effective[];
  /** How long a value has counted. */
  readonly ageMs: (key: SettingKey) => number;
  /** Takes over what is hot. An error when the new reading cannot be used: then nothing changes. */
  readonly replace: (read: Resolved, refuse?: Refuse) => SettingsChange | UserError;
}

export function liveSettings(
  start: Settings,
  startEffective: readonly Effective[],
  now: () => Instant,
): LiveSettings {
  const settings: Settings = { ...start };
  const startedAt = now();
  const changedAt = new Map<SettingKey, Instant>();
  let effective = startEffective;
  return {
    settings,
    ageMs: (key) => Math.round(now() - (changedAt.get(key) ?? startedAt)),
    effective: () => effective,
    replace: (read, refuse) => {
      if (read.settings === null) return settingsError(read.problems);
      const next = keepCold(settings, read.settings);
      const refused = refuse?.(next) ?? null;
      if (refused !== null) return refused;
      const change = settingsChange(effective, read.effective);
      for (const { key } of change.hot) changedAt.set(key, now());
      Object.assign(settings, next);
      // Cold values are shown as they count, so that a later reading reports them again.
      const cold = new Map(change.cold.map(({ key }) => [key, true]));
      const before = new Map(effective.map((one) => [one.key, one]));
      effective = read.effective.map((one) =>
        cold.has(one.key) ? (before.get(one.key) ?? one) : one,
      );
      return change;
    },
  };
}
