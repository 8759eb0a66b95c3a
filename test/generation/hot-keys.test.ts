import assert from "node:assert/strict";
import { test } from "node:test";
import { SETTING_KEYS, type SettingKey, settingOf } from "#config/setting-table.js";
import { settingsWithPolicy } from "#test/config/policy-folder/resolve-policy.js";
import { EDGE_HOT_KEYS } from "./edge-hot-keys.js";
import { Scene } from "./scene.js";

type Files = Readonly<Record<string, string>>;

/** A setting that is changed in the middle of a life, and what comes of it. */
interface Case {
  readonly key: SettingKey;
  readonly value: string;
  /** What else the policy folder holds. */
  readonly base?: Files;
  /** The beginning of the life. */
  readonly begin: (scene: Scene) => unknown;
  /** What is seen after the moment of the change. */
  readonly look: (scene: Scene) => unknown;
  readonly unchanged: unknown;
  readonly changed: unknown;
}

const serving = (scene: Scene) => scene.serving();
const swapped = (scene: Scene) => scene.serving().swap("b", 1, 2);
const canary = (scene: Scene) => swapped(scene).pass(1_000);
const draining = (scene: Scene) =>
  swapped(scene).pass(1_000).take({ kind: "queue-emptied", generation: 1 });
const standing = (scene: Scene) => {
  scene.boot().read("a").built().able(1).pass(10_000).change("b").built().roomy(1).able(2);
  return scene.pass(1_000).take({ kind: "queue-emptied", generation: 1 });
};
const starting = (scene: Scene) => scene.serving().change("b").built().roomy(1).spawned(2);
const stop = { kind: "stop-requested", signal: "SIGTERM", terminal: false } as const;
const unhealthy = { kind: "liveness-answered", generation: 1, good: false, detail: "500" } as const;
const HTTP = { "liveness.http": "/healthz" };
const MIB = 2 ** 20;
const tight = { limitBytes: 100 * MIB, usedBytes: 85 * MIB, generationBytes: 10 * MIB };

const cases: readonly Case[] = [
  {
    key: "build.timeout",
    value: "1s",
    begin: (scene) => scene.serving().change("b"),
    look: (scene) => scene.pass(1_000).acts(),
    unchanged: [],
    changed: ["cancel 2"],
  },
  {
    key: "debounce",
    value: "5ms",
    begin: (scene) => {
      scene.serving().change("b").pass(10).change("c");
      scene.take({ kind: "build-cancelled", build: 2 }).pass(1).change("d");
    },
    look: (scene) => scene.pass(5).acts(),
    unchanged: [],
    changed: ["build 3 d"],
  },
  {
    key: "starveLimit",
    value: "100ms",
    begin: (scene) => scene.serving().change("b").pass(200),
    look: (scene) => scene.change("c").acts(),
    unchanged: ["cancel 2"],
    changed: [],
  },
  {
    key: "paused",
    value: "true",
    begin: serving,
    look: (scene) => scene.change("b").acts(),
    unchanged: ["build 2 b"],
    changed: [],
  },
  {
    key: "ready.timeout",
    value: "300ms",
    begin: starting,
    look: (scene) => scene.pass(300).acts(),
    unchanged: [],
    changed: ["kill 2"],
  },
  {
    key: "ready.http",
    value: "/healthz",
    begin: (scene) => starting(scene) && scene.take({ kind: "accepting-seen", generation: 2 }),
    look: (scene) => scene.pass(250).acts(),
    unchanged: ["steer 2"],
    changed: [],
  },
  {
    key: "readiness",
    value: "hold",
    begin: (scene) => scene.serving().change("b"),
    look: (scene) => scene.status().ready.code,
    unchanged: 200,
    changed: 503,
  },
  {
    key: "linger",
    value: "100ms",
    begin: swapped,
    look: (scene) => scene.pass(100).acts(),
    unchanged: [],
    changed: ["await-queue 1"],
  },
  {
    key: "drain.timeout",
    value: "100ms",
    begin: draining,
    look: (scene) => scene.pass(100).acts(),
    unchanged: [],
    changed: ["kill 1"],
  },
  {
    key: "maxDraining",
    value: "2",
    begin: (scene) => draining(scene).change("c").built(),
    look: (scene) => scene.roomy(2).ready(3).acts(),
    unchanged: [],
    changed: ["steer 3"],
  },
  {
    key: "canary",
    value: "50",
    base: { canary: "10" },
    begin: canary,
    look: (scene) => scene.acts(),
    unchanged: [],
    changed: ["share 50 2"],
  },
  {
    key: "canaryFor",
    value: "2s",
    base: { canary: "10" },
    begin: canary,
    look: (scene) => scene.pass(1_000).acts(),
    unchanged: [],
    changed: ["steer 2"],
  },
  {
    key: "memory.headroom",
    value: "1%,1Mi",
    begin: (scene) => scene.serving().change("b").built(),
    look: (scene) => scene.take({ kind: "memory-measured", generation: 1, memory: tight }).acts(),
    unchanged: ["SIGTERM 1"],
    changed: ["start 2 B"],
  },
  {
    key: "memory.policy",
    value: "hold",
    begin: (scene) => scene.serving().change("b").built(),
    look: (scene) => scene.take({ kind: "memory-measured", generation: 1, memory: tight }).acts(),
    unchanged: ["SIGTERM 1"],
    changed: [],
  },
  {
    key: "probation",
    value: "100ms",
    begin: (scene) => swapped(scene).pass(200),
    look: (scene) => scene.pass(0) && scene.exited(2, 3).notices(),
    unchanged: ["quarantined", "rolled-back"],
    changed: ["crashed"],
  },
  {
    key: "rollback",
    value: "false",
    begin: swapped,
    look: (scene) => scene.exited(2, 3).gone(2).acts(),
    unchanged: ["start 3 A on 2"],
    changed: ["start 3 B on 2"],
  },
  {
    key: "standby",
    value: "false",
    begin: standing,
    look: (scene) => scene.exited(2, 3).acts(),
    unchanged: ["kill 2", "steer 1"],
    changed: ["kill 2"],
  },
  {
    key: "crash.restarts",
    value: "0",
    begin: (scene) => scene.serving().pass(10_000),
    look: (scene) => scene.exited(1, 5).gone(1).acts(),
    unchanged: ["start 2 A on 1"],
    changed: ["release-sockets 1", "exit 5"],
  },
  {
    key: "crash.window",
    value: "1s",
    base: { "crash.restarts": "1" },
    begin: (scene) => scene.serving().pass(10_000).exited(1, 5).gone(1).ready(2).pass(10_000),
    look: (scene) => scene.exited(2, 5).gone(2).acts(),
    unchanged: ["release-sockets 2", "exit 5"],
    changed: ["start 3 A on 2"],
  },
  {
    key: "liveness.http",
    value: "/healthz",
    begin: serving,
    look: (scene) => scene.pass(10_000).acts(),
    unchanged: [],
    changed: ["probe-liveness 1"],
  },
  {
    key: "liveness.period",
    value: "1s",
    base: HTTP,
    begin: serving,
    look: (scene) => scene.pass(1_000).acts(),
    unchanged: [],
    changed: ["probe-liveness 1"],
  },
  {
    key: "liveness.failures",
    value: "1",
    base: HTTP,
    begin: (scene) => scene.serving().pass(10_000),
    look: (scene) => scene.take(unhealthy).notices(),
    unchanged: [],
    changed: ["unhealthy"],
  },
  {
    key: "grace",
    value: "5s",
    begin: serving,
    look: (scene) => scene.take(stop).pass(4_000).acts(),
    unchanged: ["SIGTERM 1"],
    changed: ["SIGTERM 1", "kill 1"],
  },
  {
    key: "shutdown.delay",
    value: "0",
    begin: serving,
    look: (scene) => scene.take(stop).pass(0).acts(),
    unchanged: [],
    changed: ["SIGTERM 1"],
  },
];

for (const { key, value, base = {}, begin, look, unchanged, changed } of cases) {
  test(`${key} of the policy folder counts in the middle of a life`, () => {
    const seen = (files: Files): unknown => {
      const scene = new Scene(settingsWithPolicy(base).policy);
      begin(scene);
      scene.take({ kind: "policy-changed", policy: settingsWithPolicy(files).policy });
      return look(scene);
    };
    assert.deepEqual(seen(base), unchanged);
    assert.deepEqual(seen({ ...base, [key]: value }), changed);
  });
}

// Breaks when a hot key is added whose effect nobody has tried.
test("every hot key has a test: here, or at the edge", () => {
  const tried = [...cases.map(({ key }) => key), ...EDGE_HOT_KEYS];
  const hot = SETTING_KEYS.filter((key) => !settingOf(key).cold);
  assert.deepEqual([...new Set(tried)].sort(), [...hot].sort());
});
