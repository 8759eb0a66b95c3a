import type { SettingKey } from "#config/setting-table.js";

/** Hot keys whose effect is outside the core, and the test that changes each one in the middle of a life. */
export const EDGE_HOT_KEYS = {
  package: "test/real/policy/build-keys.test.ts",
  "build.command": "test/edge/hot-keys.test.ts",
  "build.args": "test/real/policy/build-keys.test.ts",
  "build.env": "test/edge/hot-keys.test.ts",
  "build.before": "test/edge/hot-keys.test.ts",
  "env.files": "test/edge/hot-keys.test.ts",
  watch: "test/real/policy/policy.test.ts",
  ignore: "test/real/policy/watch-keys.test.ts",
  poll: "test/real/policy/watch-keys.test.ts",
  "ready.http": "test/real/policy/policy.test.ts",
  "liveness.http": "test/real/policy/edge-keys.test.ts",
  "drain.timeout": "test/edge/hot-keys.test.ts",
  "store.keep": "test/edge/hot-keys.test.ts",
  "config.watch": "test/real/policy/config-watch.test.ts",
  "proxy.protocol": "test/real/policy/proxy-keys.test.ts",
  "proxy.forwarded": "test/real/policy/proxy-keys.test.ts",
  "proxy.header": "test/real/policy/proxy-keys.test.ts",
  "proxy.queue": "test/real/policy/proxy-keys.test.ts",
  "log.format": "test/real/policy/edge-keys.test.ts",
  "log.level": "test/real/policy/edge-keys.test.ts",
} as const satisfies Partial<Record<SettingKey, string>>;
