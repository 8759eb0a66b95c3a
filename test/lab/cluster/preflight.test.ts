import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiPod } from "#lab/cluster/pod-rows.js";
import { eventRows, podRows } from "#lab/cluster/pod-rows.js";
import { decide } from "#lab/cluster/preflight.js";
import { modelVersion } from "#lab/cluster/run-cluster-arms.js";

const state = (fields: object, phase = "Pending"): ApiPod => ({
  spec: { nodeName: "node1" },
  status: { phase, containerStatuses: [{ name: "app", restartCount: 0, state: fields }] },
});
const unscheduled = (status: string): ApiPod => ({
  status: {
    conditions: [
      { type: "PodScheduled", status, reason: "Unschedulable", message: "0/1 nodes are available" },
    ],
  },
});

const rows: readonly (readonly [about: string, pod: ApiPod | null, found: object | null])[] = [
  ["nothing yet", null, null],
  ["being made", state({ waiting: { reason: "ContainerCreating" } }), null],
  ["running", state({ running: {} }, "Running"), null],
  ["done", state({ terminated: { exitCode: 0 } }, "Running"), { kind: "ran", node: "node1" }],
  [
    "no image",
    state({ waiting: { reason: "ImagePullBackOff", message: "no such host" } }),
    { kind: "no-image", words: "no such host" },
  ],
  [
    "no shell",
    state({ waiting: { reason: "RunContainerError", message: 'exec: "sh": not found' } }),
    { kind: "no-tools", words: 'exec: "sh": not found' },
  ],
  [
    "a bad end",
    state({ terminated: { exitCode: 2 } }),
    { kind: "no-tools", words: "sh ended with 2" },
  ],
  ["no room", unscheduled("False"), { kind: "not-scheduled", words: "0/1 nodes are available" }],
  ["room at last", unscheduled("True"), null],
];

for (const [about, pod, found] of rows) {
  test(`what a pod shows of the image: ${about}`, () => assert.deepEqual(decide(pod), found));
}

test("a container that began and ended between two looks did both", () => {
  const seen = podRows();
  const lastState = { terminated: { exitCode: 3, containerID: "c1" } };
  const pod: ApiPod = {
    status: {
      phase: "Running",
      containerStatuses: [
        { name: "app", restartCount: 1, containerID: "c2", state: { running: {} }, lastState },
      ],
    },
  };
  const told = (at: number) => seen(pod, at).map(({ what, text }) => `${what} ${text}`.trim());
  assert.deepEqual(told(1), ["started", "exited 3", "started 1", "Running"]);
  assert.deepEqual(told(2), []);
});

test("an event counts once, however often it is told, and again when it happens again", () => {
  const seen = eventRows();
  const event = (count: number) => ({
    ...{ metadata: { uid: "e1" }, reason: "Unhealthy", message: "no", count },
    involvedObject: { fieldPath: "spec.containers{app}" },
  });
  assert.deepEqual(
    [1, 1, 2, 2, 3].map((count, at) => seen(event(count), at).length),
    [1, 0, 1, 0, 1],
  );
  assert.deepEqual(seen({ ...event(9), reason: "Pulled" }, 6), []);
});

test("the model is that of the node's kubelet; of a node that may not be read, of the server", () => {
  const node = { kubelet: "v1.33.1", runtime: "cri-o://1.33.0", kernel: "6.12" };
  assert.deepEqual(
    [modelVersion("v1.36.3", node), modelVersion("v1.32.0-gke.1", null)].map(
      ({ minor, runtime }) => `${minor} ${runtime}`,
    ),
    ["33 crio", "32 containerd"],
  );
  assert.equal(modelVersion("v1.99.0", null).minor, 36);
  assert.equal(modelVersion("unknown", null).minor, 36);
});
