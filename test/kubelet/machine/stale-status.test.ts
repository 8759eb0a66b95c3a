/** What the kubelet does between an act of its own and its noticing what came of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bad, idealNode } from "./ideal-node.js";
import { container, pod, probe } from "./pods.js";

test("K13: a sync waits for a status that is newer than the last one's acts, and kills no new instance for the old one's verdict", () => {
  const containers = [container({ livenessProbe: probe({ D: 5 }) })];
  const { times } = idealNode(pod({ containers }), [{ probe: () => bad }], {
    until: 59,
    open: { detectionUs: () => 1_000_000 },
    acts: [
      [30.2, (machine) => machine.patched()],
      [30.6, (machine) => machine.patched()],
    ],
  });
  assert.deepEqual([times("Killing"), times("started")], [[30], [2, 30]]);
  assert.ok(times("sync").includes(31), "what was asked for meanwhile is done once it is noticed");
});

test("K21: a reboot while the sandbox comes up begins with another one", () => {
  const { lines } = idealNode(pod(), [{}], {
    until: 60,
    acts: [[1, (machine) => machine.rebooted()]],
  });
  const starts = lines.filter(({ what }) => what === "started" || what === "Killing");
  assert.deepEqual(
    starts.map(({ what, at }) => [what, at]),
    [["started", 3]],
  );
});

test("K21: what ended well before a reboot does not stand for the init containers that have to run again", () => {
  const { lines } = idealNode(
    pod({
      restartPolicy: "OnFailure",
      initContainers: [container({ name: "init" })],
      containers: [container({ name: "a" }), container({ name: "b" })],
    }),
    [{ exits: () => ({ after: 4, code: 0 }) }, { exits: () => ({ after: 10, code: 0 }) }, {}],
    { until: 60, acts: [[35, (machine) => machine.rebooted()]] },
  );
  const starts = lines.filter(({ what }) => what === "started").map(({ place, at }) => [place, at]);
  assert.deepEqual(starts, [
    [0, 2],
    [1, 6],
    [2, 6],
    [0, 37],
    [2, 41],
  ]);
});

test("K14, K21: a reboot during a kill leaves nothing of that sync: init containers run first again", () => {
  const { lines } = idealNode(
    pod({
      initContainers: [container({ name: "init" })],
      containers: [container({ livenessProbe: probe() })],
    }),
    [{ exits: () => ({ after: 4, code: 0 }) }, { probe: () => bad, onTerm: "ignores" }],
    { until: 60, acts: [[35, (machine) => machine.rebooted()]] },
  );
  const starts = lines.filter(({ what }) => what === "started").map(({ place, at }) => [place, at]);
  assert.deepEqual(starts, [
    [0, 2],
    [1, 6],
    [0, 37],
    [1, 41],
  ]);
});
