/** What Kubernetes' own end-to-end tests assert of init containers, sidecars, gates and rules, on an ideal node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "#model/kube/pod.js";
import { bad, good, idealNode, type Script } from "./ideal-node.js";
import { container, pod, probe } from "./pods.js";

const quick = (code: number): Script => ({ exits: () => ({ after: 0, code }) });
const init = (name: string): Container => container({ name });
const sidecar = (name: string, parts: Partial<Container> = {}): Container =>
  container({ name, restartPolicy: "Always", ...parts });

test("F21, F22: an init container that fails is tried again, or ends the pod", () => {
  const run = (restartPolicy: "Always" | "Never") =>
    idealNode(pod({ initContainers: [init("init1"), init("init2")], restartPolicy }), [quick(1)], {
      until: 120,
    });
  const always = run("Always");
  assert.ok(always.times("started", 0).length >= 4);
  assert.deepEqual(
    [always.times("started", 1), always.times("started", 2), always.machine.state.phase],
    [[], [], "Pending"],
  );
  const never = run("Never");
  assert.deepEqual(
    [never.times("started", 0).length, never.times("started", 2), never.machine.state.phase],
    [1, [], "Failed"],
  );
});

test("F23: sidecars with startup probes start one after the other, then the regular container", () => {
  const probed = { startupProbe: probe({ P: 1, F: 60 }) };
  const script: Script = { probe: (_, age) => (age >= 10 ? good : bad) };
  const { times } = idealNode(
    pod({ initContainers: [sidecar("a", probed), sidecar("b", probed)] }),
    [script, script],
    { until: 60 },
  );
  const [first = 0] = times("started", 0);
  assert.deepEqual([times("started", 1), times("started", 2)], [[first + 10], [first + 20]]);
});

test("F24: a sidecar whose startup fails runs its preStop and is killed; the regular container never starts", () => {
  const lifecycle = {
    postStart: null,
    preStop: { kind: "sleep", seconds: 3 },
    stopSignal: null,
  } as const;
  const { times } = idealNode(
    pod({ initContainers: [sidecar("a", { startupProbe: probe({ F: 1 }), lifecycle })] }),
    [{ probe: () => bad }],
    { until: 60 },
  );
  assert.ok(times("preStop", 0).length >= 1);
  assert.equal((times("SIGTERM", 0)[0] ?? 0) - (times("preStop", 0)[0] ?? 0), 3);
  assert.deepEqual(times("started", 1), []);
});

test("F25: a sidecar that ends again and again comes back before and after the main one starts; the pod succeeds", () => {
  for (const restartPolicy of ["Never", "OnFailure"] as const) {
    for (const code of [0, 1]) {
      const lived = idealNode(
        pod({ initContainers: [sidecar("a"), init("slow")], restartPolicy }),
        [
          { exits: () => ({ after: 2, code }) },
          { exits: () => ({ after: 30, code: 0 }) },
          { exits: () => ({ after: 60, code: 0 }) },
        ],
        { until: 300 },
      );
      const [main = 0] = lived.times("started", 2);
      const sidecars = lived.times("started", 0);
      assert.ok(sidecars.filter((at) => at < main).length >= 2, restartPolicy);
      assert.ok(sidecars.some((at) => at > main));
      assert.deepEqual(lived.times("Succeeded").length, 1);
    }
  }
});

test("F26: after a reboot init containers run again, in order", () => {
  const { times } = idealNode(
    pod({ initContainers: [init("one"), init("two")] }),
    [{ exits: () => ({ after: 1, code: 0 }) }, { exits: () => ({ after: 1, code: 0 }) }],
    { until: 200, acts: [[100, (machine) => machine.rebooted()]] },
  );
  assert.deepEqual(
    [times("started", 0).length, times("started", 1).length, times("started", 2).length],
    [2, 2, 2],
  );
  const again = [0, 1, 2].map((place) => times("started", place)[1] ?? 0);
  assert.deepEqual(
    [...again].sort((a, b) => a - b),
    again,
  );
});

test("F27: a sync later does not run init containers again", () => {
  const { times } = idealNode(
    pod({ initContainers: [init("one")] }),
    [
      { exits: () => ({ after: 1, code: 0 }) },
      { exits: (n) => (n === 0 ? { after: 100, code: 1 } : null) },
    ],
    { until: 400, acts: [[200, (machine) => machine.patched()]] },
  );
  assert.deepEqual([times("started", 0).length, times("started", 1).length], [1, 2]);
});

test("F28: ready only while every readiness gate is true", () => {
  const { times } = idealNode(pod({ readinessGates: ["one", "two"] }), [{}], {
    until: 100,
    acts: [
      [10, (machine) => machine.condition("one", true)],
      [20, (machine) => machine.condition("two", true)],
      [30, (machine) => machine.condition("one", false)],
    ],
  });
  assert.deepEqual([times("Ready"), times("NotReady")], [[20], [30]]);
});

test("F29, F30: a rule by exit code restarts in a pod that never does; another code ends it", () => {
  const rule = { action: "Restart", exitCodes: { operator: "In", values: [42] } } as const;
  const run = (code: number) =>
    idealNode(
      pod({
        restartPolicy: "Never",
        containers: [container({ restartPolicy: "Never", restartPolicyRules: [rule] })],
      }),
      [{ exits: (n) => (n === 0 ? { after: 1, code } : null) }],
      { until: 60 },
    );
  assert.equal(run(42).times("started").length, 2);
  const other = run(1);
  assert.deepEqual([other.times("started").length, other.times("Failed").length], [1, 1]);
});
