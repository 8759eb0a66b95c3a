/** Worked examples that need what no manifest says: a missing probe command, another container's crash. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { execOutcome } from "#kubelet/prober/exec-outcome.js";
import { bad, idealNode, type Script } from "#test/kubelet/machine/ideal-node.js";
import { container, pod, probe } from "#test/kubelet/machine/pods.js";

const liveness = (command: readonly string[]) => [
  container({ livenessProbe: probe({ D: 5 }, { kind: "exec", command }) }),
];

test("V31: a probe command that does not exist is no failure; one that a shell does not find is", () => {
  const missing = execOutcome(["nosuch"], { kind: "not-found", why: "absent" }, "containerd");
  const lost: Script = { probe: () => missing };
  const never = idealNode(pod({ containers: liveness(["nosuch"]) }), [lost], { until: 900 });
  assert.deepEqual(never.times("started"), [2]);
  assert.ok(never.lines.every(({ what, text }) => what !== "probe liveness" || text === "error"));
  const command = ["sh", "-c", "nosuch"];
  const exit = { kind: "exited", code: 127, stdout: "", stderr: "sh: nosuch: not found" } as const;
  const shell: Script = { probe: () => execOutcome(command, exit, "containerd") };
  const killed = idealNode(pod({ containers: liveness(command) }), [shell], { until: 830 });
  assert.deepEqual(killed.times("started"), [2, 30, 60, 90, 120, 190, 300, 490, 820]);
});

test("V33: while one container is being killed, another that crashed does not come back", () => {
  const containers = [
    container({ name: "a", livenessProbe: probe({ D: 5 }) }),
    container({ name: "b" }),
  ];
  const { times } = idealNode(
    pod({ containers }),
    [
      { probe: () => bad, onTerm: "ignores" },
      { exits: (instance) => (instance === 0 ? { after: 33, code: 1 } : null) },
    ],
    { until: 70 },
  );
  assert.deepEqual(
    [times("Killing")[0], times("exited", 1), times("exited", 0)[0]],
    [30, [35], 60],
  );
  assert.deepEqual(times("started", 1), [2, 60]);
});
