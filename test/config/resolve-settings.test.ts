import assert from "node:assert/strict";
import { test } from "node:test";
import { expandVariables } from "#config/kinds/expand-variables.js";
import { environmentLayer, flagLayer } from "#config/layer.js";
import { yamlLayer } from "#config/layers/yaml-layer.js";
import { resolveSettings } from "#config/resolve-settings.js";
import type { SettingKey } from "#config/setting-table.js";
import type { Surroundings } from "#config/surroundings.js";
import { defaults } from "#test/generation/scene.js";
import { around } from "./around.js";

interface Given {
  readonly flags?: Partial<Record<SettingKey, readonly string[]>>;
  readonly yaml?: string;
  readonly command?: readonly string[];
  readonly around?: Partial<Surroundings>;
}

function resolve({ flags = {}, yaml = "", command = [], around: changes = {} }: Given = {}) {
  const place = around(changes);
  const expand = expandVariables(place.env);
  const given = new Map(Object.entries(flags) as [SettingKey, readonly string[]][]);
  const layers = [
    flagLayer(given, expand),
    environmentLayer(place.env, expand),
    yamlLayer(yaml, "hotpod.yaml", expand),
  ];
  return resolveSettings(layers, command, place);
}

function settings(given: Given = {}) {
  const resolved = resolve(given);
  assert.deepEqual(resolved.problems, []);
  if (resolved.settings === null) throw new Error("no settings without a problem");
  return resolved.settings;
}

const originOf = (given: Given, key: SettingKey) =>
  resolve(given).effective.find((one) => one.key === key);

test("the defaults of the specification", () => {
  const { policy, ...rest } = settings();
  assert.deepEqual(policy, defaults);
  assert.equal(rest.recipe, "go");
  assert.deepEqual(rest.watch, ["/srv/app"]);
  assert.deepEqual(rest.listen, [{ name: "8080", address: { kind: "tcp", host: "", port: 8080 } }]);
  assert.deepEqual(rest.probesListen, { host: "", port: 9247 });
  assert.equal(rest.store.dir, "/srv/app/.hotpod/store");
  assert.equal(rest.controlSocket, "/srv/app/.hotpod/store/control.sock");
  assert.deepEqual(rest.log, { format: "json", level: "info" });
});

test("on a terminal linger and shutdown.delay are short", () => {
  const { policy, log } = settings({ around: { terminal: true, logTerminal: true } });
  assert.deepEqual([policy.lingerMs, policy.shutdownDelayMs, log.format], [100, 0, "pretty"]);
});

test("flags count before variables, these before the file, that before defaults", () => {
  const yaml = "ready:\n  timeout: 1s\n";
  const env = { HOTPOD_READY_TIMEOUT: "2s" };
  const flags = { "ready.timeout": ["3s"] };
  assert.deepEqual(originOf({ yaml, around: { env }, flags }, "ready.timeout")?.shown, "3s");
  assert.deepEqual(originOf({ yaml, around: { env } }, "ready.timeout"), {
    key: "ready.timeout",
    shown: "2s",
    origin: { kind: "environment", name: "HOTPOD_READY_TIMEOUT" },
  });
  assert.deepEqual(originOf({ yaml }, "ready.timeout")?.origin, {
    kind: "file",
    where: "hotpod.yaml:2:3",
  });
  assert.equal(originOf({}, "ready.timeout")?.shown, "1m");
});

test("the default address follows PORT, and a PORT that is none is told", () => {
  assert.deepEqual(settings({ around: { env: { PORT: "3000" } } }).listen[0]?.name, "3000");
  const [problem] = resolve({ around: { env: { PORT: "tcp://10.0.0.1:80" } } }).problems;
  assert.match(problem?.where ?? "", /^listen, by default/);
  assert.deepEqual(
    resolve({ around: { env: { PORT: "x" } }, flags: { listen: ["none"] } }).problems,
    [],
  );
});

const listens: readonly (readonly [string, unknown])[] = [
  [":8080", { name: "8080", address: { kind: "tcp", host: "", port: 8080 } }],
  ["http=127.0.0.1:80", { name: "http", address: { kind: "tcp", host: "127.0.0.1", port: 80 } }],
  ["[::1]:8080", { name: "8080", address: { kind: "tcp", host: "::1", port: 8080 } }],
  ["dns=udp://:53", { name: "dns", address: { kind: "udp", host: "", port: 53 } }],
  ["unix:/run/app.sock", { name: "app.sock", address: { kind: "unix", path: "/run/app.sock" } }],
];
for (const [spec, listener] of listens) {
  test(`listen ${spec}`, () => {
    assert.deepEqual(settings({ flags: { listen: [spec] } }).listen, [listener]);
  });
}
for (const spec of ["8080", "http", ":0", ":70000", "unix:app.sock", "a b:1", ""]) {
  test(`listen refuses ${JSON.stringify(spec)}`, () => {
    assert.equal(resolve({ flags: { listen: [spec] } }).problems.length, 1);
  });
}

const headrooms: readonly (readonly [string, number, number])[] = [
  ["10%", 10, 0],
  ["16Mi", 0, 2 ** 24],
  ["10%,16Mi", 10, 2 ** 24],
  ["1.5Gi, 5%", 5, 1.5 * 2 ** 30],
  ["500M", 0, 5e8],
];
for (const [text, percentOfLimit, minBytes] of headrooms) {
  test(`memory.headroom ${text}`, () => {
    const { headroom } = settings({ flags: { "memory.headroom": [text] } }).policy.memory;
    assert.deepEqual(headroom, { percentOfLimit, minBytes });
  });
}
for (const text of ["10", "10%,20%", "16MiB", "-1", "101%", "much"]) {
  test(`memory.headroom ${text} ${text === "10" ? "is bytes" : "is refused"}`, () => {
    const { problems } = resolve({ flags: { "memory.headroom": [text] } });
    assert.equal(problems.length, text === "10" ? 0 : 1);
  });
}

const none = { goModule: false } as const;
const recipes: readonly (readonly [string, Given, unknown])[] = [
  ["go.mod here", { command: ["--flag"] }, ["go", null, ["--flag"]]],
  [
    "an artifact",
    { flags: { artifact: ["drop/main"] }, command: ["/app/main", "-v"] },
    ["artifact", "/app/main", ["-v"]],
  ],
  [
    "an artifact and flags only",
    { flags: { artifact: ["/app/main"] }, command: ["-v"] },
    ["artifact", null, ["-v"]],
  ],
  [
    "a build command",
    { flags: { "build.command": ["make OUT={artifact}"] }, around: none },
    ["command", null, []],
  ],
  [
    "a command only",
    { command: ["node", "server.js"], around: none },
    ["none", null, ["node", "server.js"]],
  ],
];
for (const [name, given, expected] of recipes) {
  test(`recipe auto: ${name}`, () => {
    const { recipe, imageProgram, args } = settings(given);
    assert.deepEqual([recipe, imageProgram, args], expected);
  });
}

test("nothing to run, and two things to run, are told", () => {
  assert.equal(resolve({ around: none }).problems[0]?.what, "nothing here says what to run");
  const both = resolve({
    command: ["./bin/server"],
    around: { findProgram: () => "/srv/app/bin/server" },
  });
  assert.match(both.problems[0]?.what ?? "", /there is a go\.mod here, and \.\/bin\/server/);
});

test("a mistyped variable is mentioned, another's is not", () => {
  const env = {
    HOTPOD_GRACEE: "5s",
    HOTPOD_SERVICE_HOST: "10.0.0.1",
    HOTPOD_PORT: "tcp://10.0.0.1:80",
  };
  const { warnings, problems } = resolve({ around: { env } });
  assert.deepEqual(problems, []);
  assert.deepEqual(warnings, ["HOTPOD_GRACEE is no setting; did you mean HOTPOD_GRACE?"]);
});

test("lists in variables are separated by commas", () => {
  const env = { HOTPOD_WATCH: "., /etc/app", HOTPOD_LISTEN: "http=:1,admin=:2" };
  const { watch, listen } = settings({ around: { env } });
  assert.deepEqual(watch, ["/srv/app", "/etc/app"]);
  assert.deepEqual(
    listen.map(({ name }) => name),
    ["http", "admin"],
  );
});

test("a store elsewhere takes the control socket along; a long path does not", () => {
  const elsewhere = settings({ flags: { "store.dir": ["/var/store"] } });
  assert.equal(elsewhere.controlSocket, "/var/store/control.sock");
  const readOnly = settings({ around: { storeHereWritable: false } });
  assert.equal(readOnly.store.dir, "/tmp/hotpod-0123456789ab/store");
  const long = settings({ around: { cwd: `/${"x".repeat(100)}` } });
  assert.equal(long.controlSocket, "/tmp/hotpod-0123456789ab.sock");
});
