import assert from "node:assert/strict";
import { test } from "node:test";
import { bad, idealNode } from "#test/kubelet/machine/ideal-node.js";
import { container, pod, probe } from "#test/kubelet/machine/pods.js";

const hooked = {
  postStart: null,
  preStop: { kind: "sleep", seconds: 5 },
  stopSignal: null,
} as const;

test("E15: a kill without grace skips preStop; SIGKILL comes after the 2 s that are always left", () => {
  const livenessProbe = probe({ F: 1, TG: 0 });
  const { times } = idealNode(
    pod({ containers: [container({ livenessProbe, lifecycle: hooked })] }),
    [{ probe: () => bad, onTerm: "ignores" }],
    { until: 15 },
  );
  assert.deepEqual(times("preStop"), []);
  assert.deepEqual([times("SIGTERM"), times("SIGKILL")], [[10], [12]]);
});

test("E16: a forced deletion with no grace still gives 2 s between SIGTERM and SIGKILL", () => {
  const { times } = idealNode(pod(), [{ onTerm: "ignores" }], {
    until: 150,
    acts: [[100, (machine) => machine.deleted(0)]],
  });
  assert.deepEqual([times("SIGTERM"), times("SIGKILL"), times("gone")], [[100], [102], [102]]);
});
