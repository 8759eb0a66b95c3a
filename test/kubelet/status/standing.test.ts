/** What the status shows of containers, and who gets a worker. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isReady, isStarted } from "#kubelet/status/standing.js";
import { idealNode } from "#test/kubelet/machine/ideal-node.js";
import { container, pod, probe } from "#test/kubelet/machine/pods.js";

const running = {
  state: "running",
  exitCode: null,
  plainInit: false,
  startup: null,
  readiness: null,
} as const;

test("A19: workers for regular containers and sidecars, none for plain init containers", () => {
  const probed = { livenessProbe: probe(), readinessProbe: probe(), startupProbe: probe() };
  const { machine } = idealNode(
    pod({
      initContainers: [
        container({ name: "plain", ...probed }),
        container({ name: "sidecar", restartPolicy: "Always", ...probed }),
      ],
      containers: [
        container({ name: "a", livenessProbe: probe() }),
        container({ name: "b", readinessProbe: probe() }),
        container({ name: "c", startupProbe: probe() }),
      ],
    }),
    [{ exits: () => ({ after: 1, code: 0 }) }],
    { until: 0 },
  );
  const kinds = machine.state.members.map(({ probers }) =>
    probers.flatMap((one) => (one === null ? [] : [one.kind])),
  );
  assert.deepEqual(kinds, [
    [],
    ["liveness", "readiness", "startup"],
    ["liveness"],
    ["readiness"],
    ["startup"],
  ]);
});

test("A20: ready of a regular container", () => {
  const ready = [
    { ...running },
    { ...running, readiness: "success" as const },
    { ...running, readiness: "unknown" as const },
    { ...running, readiness: "failure" as const },
    { ...running, startup: "unknown" as const },
    { ...running, startup: "success" as const },
    { ...running, state: "terminated" as const, exitCode: 0 },
  ].map(isReady);
  assert.deepEqual(ready, [true, true, false, false, false, true, false]);
});

test("A21: started and ready of init containers, plain and as sidecars", () => {
  const facts = [
    { ...running, startup: "unknown" as const },
    { ...running, startup: "success" as const },
    { ...running, state: "terminated" as const, exitCode: 0 },
  ];
  const sidecar = facts.map((one) => [isStarted(one), isReady(one)]);
  assert.deepEqual(sidecar, [
    [false, false],
    [true, true],
    [false, false],
  ]);
  // A plain one has no probes; a startup verdict is not looked at.
  const plain = facts.map((one) => isReady({ ...one, plainInit: true }));
  assert.deepEqual(plain, [false, false, true]);
});

test("A24: a verdict is told when it is first stored and when it changes, not each time", () => {
  const answers = [true, true, false, false, true];
  let asked = 0;
  const good = { kind: "success", output: "" } as const;
  const bad = { kind: "failure", output: "no" } as const;
  const { times, lines } = idealNode(
    pod({ containers: [container({ readinessProbe: probe({ P: 10, F: 1 }) })] }),
    [{ probe: () => (answers[asked++] === false ? bad : good) }],
    { until: 60 },
  );
  assert.ok(times("probe readiness").length >= 5);
  const verdicts = lines.filter(({ what }) => what === "verdict readiness").map(({ text }) => text);
  assert.equal(verdicts.length, 3, "success, failure, success");
});
