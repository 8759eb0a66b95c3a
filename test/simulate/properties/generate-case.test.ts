import assert from "node:assert/strict";
import { test } from "node:test";
import { generateCase, QUIET_US } from "#simulate/properties/generate-case.js";
import { tool } from "#test/simulate/given-tools.js";

const SEEDS = 600;
const cases = Array.from({ length: SEEDS }, (_, seed) => generateCase(seed, "hotpod"));

test("cases stay within what the API server would take", () => {
  for (const { workload, saves, faults, durationUs, reload } of cases) {
    const { spec } = workload.template;
    const probed = [...spec.containers, ...spec.initContainers.filter((one) => one.restartPolicy)];
    assert.ok(probed.length <= 3 && spec.containers.some(({ name }) => name === "api"));
    assert.ok(saves.length <= 20 && faults.length <= 5);
    for (const { at } of [...saves, ...faults]) assert.ok(at >= 0 && at <= durationUs - QUIET_US);
    for (const { lifecycle, livenessProbe, startupProbe } of probed) {
      const { preStop } = lifecycle;
      if (preStop?.kind === "sleep") {
        assert.ok(preStop.seconds <= spec.terminationGracePeriodSeconds);
      }
      for (const probe of [livenessProbe, startupProbe])
        assert.ok((probe?.successThreshold ?? 1) === 1);
    }
    assert.ok(reload?.kind === "hotpod");
  }
});

test("together they hold all there is", () => {
  const seen = new Set<string>();
  for (const { workload, saves, faults, service, node, minor } of cases) {
    const { spec } = workload.template;
    for (const { livenessProbe, readinessProbe, startupProbe } of spec.containers) {
      for (const probe of [livenessProbe, readinessProbe, startupProbe]) {
        if (probe === null) continue;
        seen.add(`period ${probe.periodSeconds}`).add(probe.handler.kind);
        if (probe.timeoutSeconds > probe.periodSeconds) seen.add("slow");
      }
      if (livenessProbe) seen.add("liveness");
      if (readinessProbe) seen.add("readiness");
      if (startupProbe) seen.add("startup");
    }
    for (const { outcome } of saves) seen.add(outcome.kind);
    for (const { kind } of faults) seen.add(`fault ${kind}`);
    seen.add(service.onTerm.kind).add(service.whileStarting).add(`1.${minor}`);
    seen.add(`containers ${spec.containers.length}`).add(`inits ${spec.initContainers.length}`);
    if (node.kubeletAgeUs === 0) seen.add("young kubelet");
  }
  const expected = [
    ...Array.from({ length: 30 }, (_, index) => `period ${index + 1}`),
    ...["httpGet", "tcpSocket", "grpc", "exec", "slow", "liveness", "readiness", "startup"],
    ...["ok", "buildFail", "neverReady", "crash", "touch"],
    ...["hang", "crash", "delete", "nodeReboot", "configEdit", "dependencyDown", "outage"].map(
      (kind) => `fault ${kind}`,
    ),
    ...["exits", "drains", "default", "go-default", "ignores", "refused", "silent", "503"],
    ...["1.31", "1.36", "containers 1", "containers 3", "inits 0", "inits 2", "young kubelet"],
  ];
  for (const one of expected) assert.ok(seen.has(one), `no case has ${one}`);
});

test("a number makes one case, whatever reloads it", () => {
  const reload = { kind: "tool", tool: tool() } as const;
  assert.deepEqual(generateCase(7, "hotpod"), generateCase(7, "hotpod"));
  assert.notDeepEqual(generateCase(7, "hotpod").workload, generateCase(8, "hotpod").workload);
  assert.deepEqual(generateCase(7, reload).reload, reload);
});
