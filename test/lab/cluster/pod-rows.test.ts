import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApiPod, podRows } from "#lab/cluster/pod-rows.js";

const pod = (status: "True" | "False", lastTransitionTime: string): ApiPod => ({
  status: { phase: "Running", conditions: [{ type: "Ready", status, lastTransitionTime }] },
});

test("a pod that becomes ready, or no longer is, is told once, with the node's own time", () => {
  const rowsOf = podRows();
  const versions = [
    ...[pod("False", "10:00:00"), pod("True", "10:00:05"), pod("True", "10:00:05")],
    pod("False", "10:00:25"),
  ];
  const rows = versions.flatMap((one, at) => rowsOf(one, at));
  assert.deepEqual(
    rows.filter(({ what }) => what.endsWith("Ready")).map(({ what, stamp }) => [what, stamp]),
    [
      ["Ready", "10:00:05"],
      ["NotReady", "10:00:25"],
    ],
  );
});
