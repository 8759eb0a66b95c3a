import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PreparedLife } from "#cli/simulate/prepare-lives.js";
import { DEPLOYMENT, prepare } from "./refused.js";

const TIMED = ["--timing", "coldStart=12s", "--timing", "build=3s", "--timing", "appStart=400ms"];
const withCommand = (command: string, more = ""): string =>
  DEPLOYMENT.replace("image: api:1", `image: api:1\n          command: ${command}${more}`);
const row = ({ rows }: PreparedLife, name: string): string | undefined => {
  const found = rows.find((one) => one.name === name);
  return found === undefined ? undefined : `${found.value} (${found.source})`;
};

describe("what reloads", () => {
  test("the container's command says it; a file in the image is said to be unread", (t) => {
    const files = { "a.yaml": withCommand("[air, -c, .air.toml]") };
    const { lives } = prepare(t, files, "a.yaml", ...TIMED);
    assert.equal(row(lives[0], "tool"), "air ≥1.65.2 (the container's command)");
    assert.equal(
      row(lives[0], ".air.toml"),
      "not read: it is in the image (give it with --tool-config)",
    );
  });

  test("its configuration file is laid over its facts, each change with its place", (t) => {
    const files = { "a.yaml": DEPLOYMENT, ".air.toml": "[build]\ndelay = 200\n" };
    const [life] = prepare(
      t,
      files,
      "a.yaml",
      ...TIMED,
      "--tool",
      "air",
      "--tool-config",
      ".air.toml",
    ).lives;
    assert.equal(life.input.reload?.kind === "tool" && life.input.reload.tool.settleUs, 200_000);
    assert.match(row(life, "build.delay") ?? "", /^200 ms \(.*\.air\.toml:2:1\)$/);
  });

  test("hotpod is simulated with the settings of the container, read as hotpod run reads them", (t) => {
    const env =
      "\n          env: [{name: HOTPOD_GRACE, value: 55s}, {name: HOTPOD_SHUTDOWN_DELAY, value: '0'}]";
    const files = {
      "a.yaml": withCommand("[hotpod, run, --drain-timeout, 7s, --, ./app]", env),
      "hotpod.yaml": "probation: 3s\ndrain: {timeout: 9s}\n",
    };
    const [life] = prepare(t, files, "a.yaml", ...TIMED, "--settings", "hotpod.yaml").lives;
    assert.ok(life.input.reload?.kind === "hotpod");
    const { graceMs, drainTimeoutMs, probationMs } = life.input.reload.policy;
    assert.deepEqual([graceMs, drainTimeoutMs, probationMs], [55_000, 7_000, 3_000]);
    assert.equal(row(life, "grace"), "55s (HOTPOD_GRACE (fixed while the container runs))");
    assert.equal(row(life, "drain.timeout"), "7s (--drain-timeout)");
  });

  test("compared tools live under the same plan", (t) => {
    const files = { "a.yaml": withCommand("[air]") };
    const { lives } = prepare(t, files, "a.yaml", ...TIMED, "--compare", "--saves", "0,20");
    assert.deepEqual(
      lives.map(({ tool }) => tool),
      ["air ≥1.65.2", "hotpod"],
    );
    assert.deepEqual(lives[0].input.saves, lives[1]?.input.saves);
  });
});

describe("the plan", () => {
  test("counts from when the service is up, under the slowest of the tools", (t) => {
    const args = ["a.yaml", ...TIMED, "--tool", "air", "--saves", "0,20s", "--faults", "hang@30s"];
    const [life] = prepare(t, { "a.yaml": DEPLOYMENT }, ...args).lives;
    // 2 s to the container, 12 s to the first answer.
    assert.equal(row(life, "saves and faults count from"), "20s (by then the service is up)");
    assert.deepEqual(
      life.input.saves.map(({ at }) => at / 1e6),
      [20, 40],
    );
    assert.deepEqual(life.input.faults, [{ kind: "hang", at: 50_000_000, pod: null }]);
    assert.equal(life.input.durationUs, 620_000_000);
  });

  test("or from where it is told to", (t) => {
    const args = [
      "a.yaml",
      ...TIMED,
      "--tool",
      "air",
      "--saves",
      "every 10s",
      "--plan-from",
      "5s",
      "--for",
      "30s",
    ];
    const [life] = prepare(t, { "a.yaml": DEPLOYMENT }, ...args).lives;
    assert.deepEqual(
      life.input.saves.map(({ at }) => at / 1e6),
      [5, 15, 25],
    );
    assert.equal(life.input.durationUs, 30_000_000);
  });

  test("a service that never comes up is no reason not to simulate it", (t) => {
    const killed = DEPLOYMENT.replace("initialDelaySeconds: 5", "periodSeconds: 1").replace(
      "livenessProbe",
      "readinessProbe: {httpGet: {port: 8080}}\n          livenessProbe",
    );
    const args = ["a.yaml", ...TIMED, "--tool", "air", "--saves", "0"];
    const [life] = prepare(t, { "a.yaml": killed }, ...args).lives;
    assert.equal(
      row(life, "saves and faults count from"),
      "0s (the service does not come up within 15 minutes)",
    );
  });
});

describe("what is known and what is assumed", () => {
  test("stand-ins are shown, and what is missing with what it would say", (t) => {
    const limited = DEPLOYMENT.replace(
      "image: api:1",
      "image: api:1\n          resources: {limits: {memory: 1Gi}}",
    );
    const args = [
      "a.yaml",
      "--tool",
      "air",
      "--timing",
      "coldStart=12s",
      "--timing",
      "build=3s",
      "--saves",
      "0",
    ];
    const [life] = prepare(t, { "a.yaml": limited }, ...args).lives;
    assert.equal(row(life, "appStart"), "as coldStart (assumed)");
    assert.deepEqual(life.input.service.appStart, { kind: "const", us: 12_000_000 });
    assert.deepEqual(
      life.missing.map(({ input }) => input),
      ["stopTime or drain", "healthLatencyBuild", "rss", "buildRss"],
    );
  });

  test("the end of the program: measured, said, known of its runtime, or assumed", (t) => {
    const term = (text: string, ...args: string[]): string | undefined => {
      const { lives } = prepare(t, { "a.yaml": text }, "a.yaml", ...TIMED, ...args);
      return row(lives[0], "at the stop signal");
    };
    assert.equal(term(DEPLOYMENT), "ends after 0s (assumed)");
    assert.equal(term(DEPLOYMENT, "--timing", "stopTime=2s"), "ends after 2s (--timing)");
    assert.equal(
      term(DEPLOYMENT, "--timing", "drain=5s"),
      "answers what is under way, then ends (--timing)",
    );
    assert.equal(
      term(withCommand("[node, server.js]")),
      "no handler: as PID 1 it ignores the signal (assumed: node has no handler of its own)",
    );
    assert.equal(term(DEPLOYMENT, "--on-term", "ignores"), "ignores it (--on-term)");
  });

  test("timings of annotations and of hotpod.yaml are weaker than flags", (t) => {
    const annotated = DEPLOYMENT.replace(
      "metadata: {labels: {app: api}}",
      "metadata: {labels: {app: api}, annotations: {hotpod.dev/timing.coldStart: 9s, hotpod.dev/timing.build: 1s}}",
    );
    const files = {
      "a.yaml": annotated,
      "hotpod.yaml": "check: {timings: {build: 8s, drain: 2s}}\n",
    };
    const args = ["a.yaml", "--settings", "hotpod.yaml", "--timing", "coldStart=5s"];
    const [life] = prepare(t, files, ...args).lives;
    assert.equal(row(life, "coldStart"), "5s (--timing)");
    assert.equal(row(life, "build"), "1s (annotation hotpod.dev/timing.build)");
    assert.match(row(life, "drain") ?? "", /^2s \(.*hotpod\.yaml\)$/);
  });
});
