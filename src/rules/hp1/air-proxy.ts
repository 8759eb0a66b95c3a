import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { ReloadUse } from "#rules/subject/reload-use.js";

/** air's reverse proxy in front of the service. */
export interface AirProxy {
  readonly proxyPort: number;
  /** null: its configuration does not say it. */
  readonly appPort: number | null;
  /** How long it waits for the service before it answers 500. */
  readonly startTimeoutMs: number;
}

const START_TIMEOUT_MS = 5000;

/** `unknown`: its configuration was not given. */
export function airProxyOf({ reload }: ContainerSubject): AirProxy | "off" | "unknown" | null {
  if (reload === null || reload.program !== "air") return null;
  const table = fieldsOf(reload.table?.proxy);
  const said = flag(reload, "enabled");
  const enabled = said === null ? table.enabled === true : said === "true";
  if (!enabled) return reload.table === null && said === null ? "unknown" : "off";
  const number = (name: string): number | null => {
    const text = flag(reload, name);
    const value = text === null ? table[name] : Number(text);
    return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : null;
  };
  const proxyPort = number("proxy_port");
  if (proxyPort === null) return reload.table === null ? "unknown" : "off";
  const startTimeoutMs = number("app_start_timeout") ?? START_TIMEOUT_MS;
  return { proxyPort, appPort: number("app_port"), startTimeoutMs };
}

/** `--proxy.enabled=true`, `-proxy.enabled true`. */
function flag({ argv }: ReloadUse, name: string): string | null {
  for (const [index, word] of argv.entries()) {
    const bare = word.replace(/^--?/, "");
    if (bare === `proxy.${name}`) return argv[index + 1] ?? null;
    if (bare.startsWith(`proxy.${name}=`)) return bare.slice(`proxy.${name}=`.length);
  }
  return null;
}
