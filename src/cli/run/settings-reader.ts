import { UserError } from "#base/user-error.js";
import { errorText } from "#cli/error-text.js";
import type { SettingsSources } from "#cli/load-settings.js";
import type { SettingKey } from "#config/setting-table.js";
import type { Changed, SettingsChange } from "#config/settings-change.js";
import type { LiveSettings } from "./live-settings.js";
import type { Log } from "./log.js";
import type { Supervisor } from "./supervise.js";
import { watchedStore } from "./watched-store.js";

export interface SettingsReader {
  /** SIGHUP: hotpod.yaml and the policy directory are read again. */
  readonly readAll: () => Promise<void>;
  /** The policy directory has changed, or may have. */
  readonly readPolicy: () => void;
}

/** What is hot counts from now on, what is cold is reported; a reading with mistakes changes nothing. */
export function settingsReader(
  first: SettingsSources,
  again: () => Promise<SettingsSources>,
  { live, supervisor, log }: Readers,
): SettingsReader {
  let sources = first;
  let refused = "";
  let saidCold = "";
  const take = (quiet: boolean): void => {
    const change = attempt(() => live.replace(sources.read(), watchedStore));
    // The same mistake is said once, however often it is looked at.
    if (change instanceof UserError) {
      const text = errorText(change);
      if (!quiet || text !== refused) sayRefused(change, log);
      refused = text;
      return;
    }
    refused = "";
    const cold = change.cold.map(showChange).join(", ");
    const told = quiet && cold === saidCold ? { ...change, cold: [] } : change;
    saidCold = cold;
    apply(told, { live, supervisor, log }, quiet);
  };
  return {
    readPolicy: () => take(true),
    readAll: async () => {
      const read = await again().catch((error: unknown) => error);
      if (read instanceof UserError) {
        sayRefused(read, log);
        return;
      }
      sources = read as SettingsSources;
      take(false);
    },
  };
}

interface Readers {
  readonly live: LiveSettings;
  readonly supervisor: Supervisor;
  readonly log: Log;
}

function sayRefused(error: UserError, log: Log): void {
  log.say({
    level: "error",
    event: "settings-refused",
    message: "the new settings are refused, the old ones stay",
    detail: errorText(error),
    fields: { code: error.code },
  });
}

function apply(
  { hot, cold }: SettingsChange,
  { live, supervisor, log }: Readers,
  quiet: boolean,
): void {
  if (hot.length === 0 && cold.length === 0) {
    if (!quiet)
      log.say({ level: "info", event: "settings-read", message: "settings read again: no change" });
    return;
  }
  if (hot.length > 0) {
    const message = `settings changed: ${hot.map(showChange).join(", ")}`;
    log.say({ level: "info", event: "settings-changed", message, fields: { changed: hot } });
    supervisor.driver.changePolicy(live.settings.policy);
    supervisor.world.listeners.settingsChanged?.();
    const changed = (...keys: readonly SettingKey[]) => hot.some(({ key }) => keys.includes(key));
    if (changed("ready.http")) supervisor.world.processes.askReadinessAnew();
    if (changed("watch", "ignore", "poll")) supervisor.world.watchAgain();
    if (changed("config.watch")) supervisor.watchConfigAgain();
  }
  if (cold.length > 0) {
    const message = `changed, but fixed until the next start: ${cold.map(showChange).join(", ")}`;
    log.say({ level: "warn", event: "settings-cold", message, fields: { changed: cold } });
  }
}

function attempt<T>(act: () => T): T | UserError {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const showChange = ({ key, from, to }: Changed): string => `${key} ${from ?? "-"} → ${to ?? "-"}`;
