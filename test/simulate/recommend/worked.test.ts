import assert from "node:assert/strict";
import { test } from "node:test";
import {
  deployment,
  lifeInput,
  pod,
  policy,
  probe,
  service,
  takes,
  workload,
} from "#test/simulate/given.js";
import { tool } from "#test/simulate/given-tools.js";
import { advised, recommendedValue } from "./recommended.js";

const hot = { kind: "hotpod", policy } as const;
const probed = { livenessProbe: probe(), readinessProbe: probe() };

test("V22: a cold start of 12 s, as safe as it can be detected within 30 s", () => {
  const input = lifeInput(workload(pod(probed)), {
    reload: hot,
    service: service({ coldStart: takes(12), healthLatencyBuild: takes(0.2) }),
  });
  const { recommendation } = advised(input);
  const value = (path: string) => recommendedValue(recommendation, path).value;
  assert.equal(value("startupProbe.periodSeconds"), 2);
  assert.equal(value("startupProbe.failureThreshold"), 10);
  assert.equal(value("startupProbe.initialDelaySeconds"), 0);
  assert.equal(value("livenessProbe.initialDelaySeconds"), 0);
  assert.equal(value("livenessProbe.timeoutSeconds"), 1);
  assert.equal(value("livenessProbe.periodSeconds"), 9);
  assert.equal(value("livenessProbe.failureThreshold"), 3);
  const delay = recommendedValue(recommendation, "livenessProbe.initialDelaySeconds");
  assert.deepEqual(
    delay.alternatives.map((one) => one.value),
    [0, 19],
  );
  const budget = recommendedValue(recommendation, "startupProbe.failureThreshold");
  assert.deepEqual(budget.slack, { amount: 6, unit: "s", text: "budget 18s − coldStart 12s" });
  assert.deepEqual(budget.inputs, [{ name: "coldStart", value: "12s", source: "given" }]);
  assert.deepEqual(recommendation.impossible, []);
});

test("V24: preStop 5, lame-duck 1 and requests of 25 s need a grace period of 33 s", () => {
  const node = { ...lifeInput(workload(pod())).node, endpointLag: takes(4) };
  const input = lifeInput(workload(pod(probed)), {
    reload: { kind: "hotpod", policy: { ...policy, shutdownDelayMs: 1_000 } },
    service: service({ drain: takes(25) }),
    node,
  });
  const { recommendation, changes } = advised(input);
  assert.equal(recommendedValue(recommendation, "preStop.sleep.seconds").value, 5);
  const grace = recommendedValue(recommendation, "terminationGracePeriodSeconds");
  assert.equal(grace.value, 33);
  assert.equal(grace.slack?.amount, 1);
  assert.equal(recommendedValue(recommendation, "env[HOTPOD_GRACE]").value, "28s");
  assert.equal(changes.hotpodGraceSeconds, 28);
});

test("a supervisor that serves on long enough needs no preStop", () => {
  const input = lifeInput(workload(pod(probed)), {
    reload: { kind: "hotpod", policy: { ...policy, shutdownDelayMs: 3_000 } },
    service: service({ drain: takes(5) }),
  });
  const { recommendation, changes } = advised(input);
  assert.equal(recommendedValue(recommendation, "preStop.sleep.seconds").value, 0);
  assert.equal(changes.graceSeconds, 10);
  assert.doesNotMatch(JSON.stringify(recommendation.patch), /lifecycle/);
});

test("a tool that stops the service lets no failure in a row reach the threshold", () => {
  const input = lifeInput(workload(pod(probed)), {
    reload: { kind: "tool", tool: tool({ stopWhen: "beforeBuild" }) },
    service: service({ build: takes(22), appStart: takes(3), stopTime: takes(1) }),
  });
  const { recommendation } = advised(input);
  const liveness = (field: string) => recommendedValue(recommendation, `livenessProbe.${field}`);
  // 25 s fail at most 13 attempts 2 s apart; 3 s apart the verdict would need 31 s.
  assert.equal(liveness("periodSeconds").value, 2);
  assert.equal(liveness("failureThreshold").value, 14);
  assert.equal(liveness("failureThreshold").slack?.amount, 1);
  assert.match(liveness("failureThreshold").reason, /build 22s \+ appStart 3s\) fails at most 13/);
});

test("what no value can give is said, with the nearest that is safe", () => {
  const input = lifeInput(workload(pod(probed)), {
    reload: { kind: "tool", tool: tool({ stopWhen: "beforeBuild" }) },
    service: service({
      build: takes(40),
      appStart: takes(3),
      healthLatencyBuild: takes(3),
    }),
  });
  const { recommendation } = advised(input);
  assert.deepEqual(
    recommendation.impossible.map(({ demand }) => demand),
    ["a hang detected within 30s", "load shed within 10s", "reloads nobody notices"],
  );
  assert.equal(recommendedValue(recommendation, "livenessProbe.timeoutSeconds").value, 9);
  assert.equal(recommendedValue(recommendation, "livenessProbe.periodSeconds").value, 9);
  assert.equal(recommendedValue(recommendation, "livenessProbe.failureThreshold").value, 6);
});

test("nothing is invented: no handler, no probe", () => {
  const input = lifeInput(workload(pod()), { service: service({ coldStart: takes(12) }) });
  const { recommendation, changes } = advised(input);
  assert.deepEqual(
    recommendation.impossible.map(({ demand }) => demand),
    ["a startup probe", "a hang detected within 30s", "load shed within 10s"],
  );
  assert.equal(changes.startupProbe ?? changes.livenessProbe ?? changes.readinessProbe, undefined);
});

test("what was not measured is named, with what it would tell", () => {
  const input = lifeInput(workload(pod(probed)), { reload: { kind: "tool", tool: tool() } });
  const { missing } = advised(input).recommendation;
  assert.deepEqual(
    missing.map((one) => one.input),
    ["coldStart", "appStart", "drain", "rss"],
  );
});

test("a roll-out waits for a verdict, keeps few replicas whole, and its deadline holds the longest silence", () => {
  const init = { ...pod().spec.containers[0], name: "migrate" } as ReturnType<
    typeof pod
  >["spec"]["containers"][0];
  const input = lifeInput(deployment(pod(probed, { initContainers: [init] }), 3), {
    reload: hot,
    service: service({
      coldStart: takes(200),
      imagePull: takes(120),
      init: { migrate: takes(30) },
    }),
  });
  const { recommendation, changes } = advised(input);
  assert.equal(changes.minReadySeconds, 10);
  assert.equal(changes.maxUnavailablePods, 0);
  assert.equal(changes.progressDeadlineSeconds, 675);
  assert.equal(recommendedValue(recommendation, "maxUnavailable").current, "25%");
  assert.deepEqual(recommendation.patch, {
    spec: {
      minReadySeconds: 10,
      progressDeadlineSeconds: 675,
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: {
        spec: {
          containers: [
            {
              name: "api",
              startupProbe: {
                httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" },
                initialDelaySeconds: 0,
                periodSeconds: 10,
                timeoutSeconds: 1,
                successThreshold: 1,
                failureThreshold: 31,
              },
              livenessProbe: {
                initialDelaySeconds: 0,
                periodSeconds: 9,
                timeoutSeconds: 1,
                successThreshold: 1,
                failureThreshold: 3,
              },
              readinessProbe: {
                initialDelaySeconds: 0,
                periodSeconds: 2,
                timeoutSeconds: 1,
                successThreshold: 1,
                failureThreshold: 3,
              },
              lifecycle: { preStop: { sleep: { seconds: 3 } } },
            },
          ],
        },
      },
    },
  });
});

test("memory for two generations, what drains, the build, and a fifth more", () => {
  const mib = 2 ** 20;
  const input = lifeInput(workload(pod(probed)), {
    reload: hot,
    service: service({ build: takes(3), rssBytes: 100 * mib, buildRssBytes: 400 * mib }),
  });
  const memory = recommendedValue(advised(input).recommendation, "resources.limits.memory");
  // 64 for hotpod, 3 · 100 for the generations, 400 for the build.
  assert.equal(memory.value, `${Math.ceil(764 * 1.2)}Mi`);
});

test("a hook that is replaced goes with null", () => {
  const lifecycle = {
    postStart: null,
    preStop: { kind: "exec", command: ["sh", "-c", "sleep 20"] } as const,
    stopSignal: null,
  };
  const input = lifeInput(workload(pod({ ...probed, lifecycle })), {
    reload: hot,
    service: service({ drain: takes(5) }),
  });
  const { recommendation } = advised(input);
  assert.equal(recommendedValue(recommendation, "preStop.sleep.seconds").current, 20);
  assert.match(
    JSON.stringify(recommendation.patch),
    /"preStop":\{"exec":null,"sleep":\{"seconds":3\}\}/,
  );
});
