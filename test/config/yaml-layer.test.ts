import assert from "node:assert/strict";
import { test } from "node:test";
import { expandVariables } from "#config/kinds/expand-variables.js";
import { yamlLayer } from "#config/layers/yaml-layer.js";

const read = (text: string, env: Record<string, string> = {}) =>
  yamlLayer(text, "hotpod.yaml", expandVariables(env));

const told = (text: string) =>
  read(text).problems.map(({ code, where, what, hint }) => `${code} ${where}: ${what} | ${hint}`);

test("sections nest, x- keys and check are free", () => {
  const { values, problems } = read(
    [
      "x-mine: {a: 1}",
      "check: {ignore: [HP101]}",
      "ready:",
      "  timeout: 5s",
      "  http: :9000/healthz",
      "listen: [http=:8080, 'udp://:53']",
      "build:",
      "  command: go build -o {artifact} ./cmd/api",
      "  env: {CGO_ENABLED: 0}",
      "  before: [go generate ./..., [sh, -c, 'a b']]",
      "rollback: false",
    ].join("\n"),
  );
  assert.deepEqual(problems, []);
  const plain = Object.fromEntries([...values].map(([key, { value }]) => [key, value]));
  assert.deepEqual(plain, {
    "ready.timeout": 5_000,
    "ready.http": { port: 9000, path: "/healthz" },
    listen: [
      { name: "http", address: { kind: "tcp", host: "", port: 8080 } },
      { name: "udp-53", address: { kind: "udp", host: "", port: 53 } },
    ],
    "build.command": ["go", "build", "-o", "{artifact}", "./cmd/api"],
    "build.env": { CGO_ENABLED: "0" },
    "build.before": [
      ["go", "generate", "./..."],
      ["sh", "-c", "a b"],
    ],
    rollback: false,
  });
  assert.deepEqual(values.get("ready.timeout")?.origin, { kind: "file", where: "hotpod.yaml:4:3" });
});

test("an empty file sets nothing", () => {
  for (const text of ["", "# only a comment\n", "---\n", "ready:\n"]) {
    assert.deepEqual([...read(text).values], [], text);
    assert.deepEqual(read(text).problems, [], text);
  }
});

const wrong: readonly (readonly [string, string])[] = [
  [
    "raedy:\n  timeout: 5s\n",
    'unknown-key hotpod.yaml:1:1: unknown key "raedy" | Did you mean the section "ready"?',
  ],
  [
    "ready:\n  timeot: 5s\n",
    'unknown-key hotpod.yaml:2:3: unknown key "ready.timeot" | Did you mean "ready.timeout"?',
  ],
  [
    "timeout: 5s\n",
    'unknown-key hotpod.yaml:1:1: unknown key "timeout" | Did you mean build.timeout, ready.timeout, drain.timeout?',
  ],
  [
    "ready.timeout: 5s\n",
    'unknown-key hotpod.yaml:1:1: unknown key "ready.timeout" | Write it in two lines: ready: and below it, indented, timeout:.',
  ],
  [
    "ready:\n  timeout: 60\n",
    "bad-value hotpod.yaml:2:12: ready.timeout: 60 is not a duration | It has no unit: 60s, or 60ms?",
  ],
  [
    "ready:\n  timeout: soon\n",
    'bad-value hotpod.yaml:2:12: ready.timeout: "soon" is not a duration | Durations are written 300ms, 5s, 1m30s or 0.',
  ],
  [
    "store:\n  keep: [3]\n",
    "bad-value hotpod.yaml:2:9: store.keep: a list is not a whole number of at least 1 | Write a whole number, 1 or more.",
  ],
  [
    "store:\n  keep: 0\n",
    "bad-value hotpod.yaml:2:9: store.keep: 0 is not a whole number of at least 1 | Write a whole number, 1 or more.",
  ],
  [
    "rollback: yes\n",
    'bad-value hotpod.yaml:1:11: rollback: "yes" is not true or false | Write true or false.',
  ],
  [
    "listen:\n  - :8080\n  - 9000\n",
    'bad-value hotpod.yaml:3:5: listen: 9000 is not an address | Write ":9000".',
  ],
  [
    "listen: [':8080', 'http=:8080', 'http=:9000']\n",
    'bad-value hotpod.yaml:1:33: listen: two listeners are named "http" | Name them: http=:8080, admin=:9000.',
  ],
  [
    "probation:\n",
    "bad-value hotpod.yaml:1:1: probation has no value | Give it a duration, or remove it.",
  ],
  [
    "ready: 5s\n",
    "bad-value hotpod.yaml:1:1: ready is a section | Write ready: and below it, indented, timeout, http.",
  ],
  [
    "canary: 101\n",
    "bad-value hotpod.yaml:1:9: canary: 101 is not a whole number of per cent from 0 to 100 | Write a whole number from 0 to 100: 10, or 10%.",
  ],
  [
    "ui:\n  listen: :9000\n",
    "not-available hotpod.yaml:2:11: ui.listen: this is not available yet | `hotpod ctl status` and `hotpod ctl events --follow` show what happens.",
  ],
  [
    "listen: :$" + "{HTTP_PORT}\n",
    "bad-value hotpod.yaml:1:9: listen: $" +
      "{HTTP_PORT} is not set | Set HTTP_PORT, or write a default: $" +
      "{HTTP_PORT:-value}.",
  ],
  [
    "- a\n",
    "bad-value hotpod.yaml:1:1: the file is not a mapping of keys to values | Mend the YAML; hotpod.schema.json teaches an editor what may stand there.",
  ],
  [
    "probation: 5s\nprobation: 6s\n",
    "yaml-syntax hotpod.yaml:2:1: map keys must be unique | Mend the YAML; hotpod.schema.json teaches an editor what may stand there.",
  ],
];
for (const [text, message] of wrong) {
  test(`refuses ${JSON.stringify(text)}`, () => assert.deepEqual(told(text), [message]));
}

test("several mistakes are told together, and broken YAML with its position", () => {
  assert.equal(told("ready:\n  timeout: 60\n  htp: /x\nlinger: long\n").length, 3);
  const [broken] = told("ready: {timeout: 5s\n");
  assert.match(broken ?? "", /^yaml-syntax hotpod\.yaml:2:1: /);
});
