import type { SettingKey } from "#config/setting-table.js";

/**
 * Hot keys whose effect is outside the core. Tried in test/edge/hot-keys.test.ts, test/cli/run, test/real/edge/proxy
 * (relay-waiting), and with real processes in test/real/policy and test/real/edge/build-go.test.ts.
 */
export const EDGE_HOT_KEYS = [
  "package",
  "build.command",
  "build.args",
  "build.env",
  "build.before",
  "env.files",
  "watch",
  "ignore",
  "poll",
  "ready.http",
  "liveness.http",
  "drain.timeout",
  "store.keep",
  "config.watch",
  "proxy.protocol",
  "proxy.forwarded",
  "proxy.header",
  "proxy.queue",
  "log.format",
  "log.level",
] as const satisfies readonly SettingKey[];
