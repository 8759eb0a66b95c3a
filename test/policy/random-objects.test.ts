/** Deployments by chance: no condition meets an error, and none denies what the built-in rule lets pass. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCheckOptions } from "#cli/check/check-options.js";
import { projectOf } from "#cli/check/load-project.js";
import { CONDITIONS } from "#policy/conditions/all.js";
import { RULES } from "#rules/catalogue.js";
import { firesInCel } from "./evaluate-cel.js";
import { builtIn } from "./objects.js";

const some = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T, never>(shape, { requiredKeys: [] });
const small = fc.integer({ min: 1, max: 20 });
const words = fc.constantFrom<string[]>(
  ...[
    ["air"],
    ["air", "-c", ".air.toml"],
    ["wgo", "run", "."],
    ["wgo", "-exit", "run", "."],
    ["CompileDaemon", "-build=go build -o /app/main ."],
  ],
  ...[
    ["reflex", "-s", "--", "sh", "-c", "go build -o /app/main . && /app/main"],
    ["nodemon", "--exec", "go run ."],
    ["watchexec", "-r", "--", "go", "run", "."],
  ],
  ...[
    ["hotpod", "run"],
    ["hotpod", "run", "--handover", "restart"],
    ["hotpod", "run", "--readiness=hold", "--grace", "10s"],
    ["tini", "--", "hotpod", "run"],
  ],
  ...[
    ["dumb-init", "hotpod", "run"],
    ["dumb-init", "--single-child", "hotpod", "run"],
    ["env", "X=1", "air"],
    ["sh", "-c", "exec ./app"],
    ["/bin/sh", "-ec", "cd /app && air"],
  ],
  ...[
    ["sh", "-c", "trap 'kill %1' TERM; air & wait"],
    ["sh", "-c", "go run . | tee log"],
    ["bash", "-c", "until nc -z db 1; do sleep 1; done"],
    ["sleep", "1d"],
  ],
  ...[
    ["/app/main", "--addr=127.0.0.1:8080"],
    ["./bin/main"],
    ["go", "run", "."],
    ["kill", "-USR2", "1"],
    ["sh", "-c", "kill -HUP 1"],
    ["sleep", "10"],
  ],
  ...[
    ["sh", "-c", "cp /seed/main /app/main"],
    ["sh", "-c", "mv /tmp/main /app/main && exec /app/main"],
    ["sh", "-c", "go build -o /app/main"],
  ],
);
const port = fc.constantFrom<number | string>(8080, 9247, 2345, "http");
const handler = fc.oneof(
  fc.record({
    httpGet: fc.record({ path: fc.constantFrom("/livez", "/readyz", "/healthz"), port }),
  }),
  fc.record({ tcpSocket: fc.record({ port }) }),
  fc.record({ exec: fc.record({ command: words }) }),
);
const probe = fc
  .tuple(
    handler,
    some({
      initialDelaySeconds: small,
      periodSeconds: small,
      timeoutSeconds: small,
      failureThreshold: small,
    }),
  )
  .map(([how, numbers]) => ({ ...how, ...numbers }));
const env = fc.uniqueArray(
  fc.constantFrom(
    ...[
      { name: "PORT", value: "8080" },
      { name: "GOMEMLIMIT", value: "400MiB" },
      { name: "HOTPOD_GRACE", value: "20s" },
      { name: "HOTPOD_READINESS", value: "hold" },
      { name: "GOARCH", value: "arm64" },
      { name: "GOSUMDB", value: "off" },
      { name: "EMPTY" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
      { name: "HOTPOD_DEBOUNCE", valueFrom: { configMapKeyRef: { name: "app", key: "debounce" } } },
    ],
  ),
  { selector: ({ name }) => name },
);
const container = (name: string) =>
  some({
    command: words,
    workingDir: fc.constantFrom("/app", "/srv"),
    env,
    ports: fc.constantFrom(
      [{ containerPort: 8080 }],
      [{ name: "http", containerPort: 8080, hostPort: 8080 }],
      [{ containerPort: 2345 }],
    ),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    lifecycle: some({
      preStop: fc.oneof(
        fc.constant({ sleep: { seconds: 3 } }),
        fc.record({ exec: fc.record({ command: words }) }),
      ),
      postStart: fc.record({ exec: fc.record({ command: words }) }),
    }),
    resources: fc.record({
      limits: some({
        memory: fc.constantFrom("512Mi", "1Gi", "800M"),
        "ephemeral-storage": fc.constant("1Gi"),
      }),
    }),
    securityContext: some({
      readOnlyRootFilesystem: fc.boolean(),
      runAsNonRoot: fc.boolean(),
      allowPrivilegeEscalation: fc.constant(false),
      capabilities: fc.constantFrom({ drop: ["ALL"] }, { add: ["SYS_PTRACE"] }, {}),
    }),
    volumeMounts: fc.uniqueArray(
      fc.constantFrom<Record<string, unknown>>(
        { name: "bin", mountPath: "/app" },
        { name: "bin", mountPath: "/app/main", subPath: "main" },
        { name: "config", mountPath: "/etc/app", readOnly: true },
        { name: "config", mountPath: "/etc/app/config.yaml", subPath: "config.yaml" },
        { name: "tmp", mountPath: "/tmp" },
      ),
      { selector: ({ mountPath }) => mountPath },
    ),
  }).map((one) => ({ name, image: "shop:1", ...one }));
const annotations = some({
  "hotpod.dev/hot-path": fc.constantFrom("/app/main", "main, /srv/x", "./bin/main"),
  "hotpod.dev/served": fc.constantFrom("true", "false"),
  "hotpod.dev/hot-config": fc.constantFrom("/etc/app", "db", "debounce"),
  "hotpod.dev/timing.coldStart": fc.constantFrom("18", "2500ms", "1m30s"),
  "hotpod.dev/timing.gap": fc.constantFrom("0", "3s", "40s"),
  "hotpod.dev/timing.stopTime": fc.constantFrom("2", "40s"),
  "hotpod.dev/timing.appStart": fc.constant("1s"),
  "hotpod.dev/timing.build": fc.constant("20s"),
  "hotpod.dev/timing.rss": fc.constantFrom("300Mi", "100M"),
  "hotpod.dev/timing.buildRss": fc.constant("400Mi"),
  "hotpod.dev/timing.artifact": fc.constant("45Mi"),
  "hotpod.dev/timing.withdrawn": fc.constantFrom("0s", "40s"),
  "hotpod.dev/ignore.HP204": fc.constantFrom("x", "one user and one tab; class=accepted-risk"),
});
const template = fc.record({
  annotations,
  containers: fc.tuple(container("api"), container("side")).map(([a, b]) => [a, b]),
  one: fc.boolean(),
  inits: fc.option(container("init"), { nil: null }),
  spec: some({
    terminationGracePeriodSeconds: fc.integer({ min: 5, max: 60 }),
    shareProcessNamespace: fc.boolean(),
    hostNetwork: fc.constant(false),
    automountServiceAccountToken: fc.boolean(),
    nodeSelector: fc.constant({ "kubernetes.io/arch": "amd64" }),
  }),
  replicas: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  strategy: fc.constantFrom(
    undefined,
    { type: "Recreate" },
    { rollingUpdate: { maxUnavailable: "100%" } },
  ),
});

const VOLUMES = [
  { name: "bin", emptyDir: {} },
  { name: "config", configMap: { name: "app" } },
  { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
];

const exported = CONDITIONS.filter(
  ({ rule, kinds }) =>
    RULES.find(({ id }) => id === rule)?.exports !== "R+" &&
    (kinds === undefined || kinds.includes("Deployment")),
);
const options = readCheckOptions(["object.yaml"]);
const ids = new Set(exported.map(({ rule }) => rule));

test("no condition meets an error, and none denies what its rule lets pass", () => {
  let fired = 0;
  fc.assert(
    fc.property(
      template,
      ({ annotations: said, containers, one, inits, spec, replicas, strategy }) => {
        const plain = inits === null ? [] : [withoutProbes(inits)];
        const object = {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "shop", namespace: "web" },
          spec: {
            ...(replicas === undefined ? {} : { replicas }),
            ...(strategy === undefined ? {} : { strategy }),
            selector: { matchLabels: { app: "shop" } },
            template: {
              metadata: { labels: { app: "shop" }, annotations: said },
              spec: {
                ...spec,
                volumes: VOLUMES,
                ...(plain.length === 0 ? {} : { initContainers: plain }),
                containers: one ? containers.slice(0, 1) : containers,
              },
            },
          },
        };
        const text = JSON.stringify(object);
        const { refused } = projectOf(options, [{ kind: "manifest", file: "object.yaml", text }]);
        // No policy is asked about what the API server refuses.
        fc.pre(refused.length === 0);
        const found = builtIn(ids, object, []);
        for (const condition of exported) {
          const names = firesInCel(condition, object);
          fired += names.length;
          const built = found.get(condition.rule) ?? [];
          const extra = names.filter((name) => !built.includes(name));
          assert.deepEqual(extra, [], condition.rule);
        }
      },
    ),
    { numRuns: 300 },
  );
  assert.ok(fired > 300, `${fired} times a condition fired`);
});

function withoutProbes(container: Record<string, unknown>): Record<string, unknown> {
  const {
    livenessProbe: _l,
    readinessProbe: _r,
    startupProbe: _s,
    lifecycle: _h,
    ...rest
  } = container;
  return rest;
}
