import { UserError } from "#base/user-error.js";
import { errorText } from "#cli/error-text.js";
import { type GivenSettings, loadSettings } from "#cli/load-settings.js";
import type { Changed } from "#config/settings-change.js";
import type { Surroundings } from "#config/surroundings.js";
import type { LiveSettings } from "./live-settings.js";
import type { Log } from "./log.js";
import type { Supervisor } from "./supervise.js";

/** SIGHUP: what is hot counts from now on, what is cold is reported; a file with mistakes changes nothing. */
export async function readSettingsAgain(
  given: GivenSettings,
  around: Surroundings,
  live: LiveSettings,
  supervisor: Supervisor,
  log: Log,
): Promise<void> {
  const change = await replace(given, around, live);
  if (change instanceof UserError) {
    log.say({
      level: "error",
      event: "settings-refused",
      message: "the new settings are refused, the old ones stay",
      detail: errorText(change),
      fields: { code: change.code },
    });
    return;
  }
  const { hot, cold } = change;
  if (hot.length === 0 && cold.length === 0) {
    log.say({ level: "info", event: "settings-read", message: "settings read again: no change" });
    return;
  }
  if (hot.length > 0) {
    const message = `settings changed: ${hot.map(showChange).join(", ")}`;
    log.say({ level: "info", event: "settings-changed", message, fields: { changed: hot } });
    supervisor.driver.changePolicy(live.settings.policy);
    if (hot.some(({ key }) => WATCHED.has(key))) supervisor.world.watchAgain();
  }
  if (cold.length > 0) {
    const message = `changed in the file, but fixed until the next start: ${cold.map(showChange).join(", ")}`;
    log.say({ level: "warn", event: "settings-cold", message, fields: { changed: cold } });
  }
}

const WATCHED: ReadonlySet<string> = new Set(["watch", "ignore", "poll"]);

async function replace(given: GivenSettings, around: Surroundings, live: LiveSettings) {
  try {
    return live.replace(await loadSettings(given, around));
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const showChange = ({ key, from, to }: Changed): string => `${key} ${from ?? "-"} → ${to ?? "-"}`;
