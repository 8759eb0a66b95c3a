/** What one sync does with a pod, by what it finds. Containers are numbered as in the spec. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import type { Standing } from "#kubelet/restart/restarts.js";
import { type PodSnapshot, podActions, type Snapshot } from "#kubelet/sync/pod-actions.js";
import type { Container, RestartPolicy } from "#model/kube/pod.js";
import { container, pod } from "#test/kubelet/machine/pods.js";

const none: Standing = { kind: "none" };
const running: Standing = { kind: "running" };
const exited = (exitCode: number): Standing => ({ kind: "exited", exitCode });

interface Given extends Partial<Omit<Snapshot, "container">> {
  readonly as?: Partial<Container>;
}

function snapshot({ as = {}, ...facts }: Given): Snapshot {
  const quiet = { standing: running, liveness: null, startup: null, changed: false };
  return { container: container(as), ...quiet, ...facts };
}

const up = { ready: true, hasAddress: true, attempt: 0 };
const down = { ...up, ready: false };

function actions(
  regular: readonly Given[],
  more: { policy?: RestartPolicy; init?: readonly Given[]; sandbox?: PodSnapshot["sandbox"] } = {},
) {
  const { policy = "Always", init = [], sandbox = up } = more;
  const taken = podActions({
    pod: pod({ restartPolicy: policy }),
    init: init.map(snapshot),
    regular: regular.map(snapshot),
    ...{ sandbox, version: nodeVersion(36) },
  });
  return { ...taken, kills: taken.kills.map(({ list, index, why }) => `${list} ${index} ${why}`) };
}

const three = (...standings: Standing[]): Given[] => standings.map((standing) => ({ standing }));

test("D1: a new pod gets a sandbox and all of its containers", () => {
  const { createSandbox, attempt, start, killPod } = actions(three(none, none, none), {
    sandbox: null,
  });
  assert.deepEqual([createSandbox, attempt, start, killPod], [true, 0, [0, 1, 2], false]);
});

test("D2, D3, D5: what has ended comes back by policy", () => {
  const ended = three(exited(0), exited(111), running);
  assert.deepEqual(actions(ended).start, [0, 1]);
  assert.deepEqual(actions(ended, { policy: "OnFailure" }).start, [1]);
  const never = actions(ended, { policy: "Never" });
  assert.deepEqual([never.start, never.killPod], [[], false]);
});

test("D4, D14: a created container is started, an unknown one killed before", () => {
  assert.deepEqual(
    actions(three(running, { kind: "created" }), { policy: "OnFailure" }).start,
    [1],
  );
  const unknown = actions(three(running, { kind: "unknown" }), { policy: "Never" });
  assert.deepEqual([unknown.kills, unknown.start], [["regular 1 unknown"], [1]]);
});

test("D6, D7, D8: a sandbox that is gone is made again, with what still has to run", () => {
  const again = actions(three(running, running), { sandbox: down });
  assert.deepEqual(
    [again.killPod, again.createSandbox, again.attempt, again.start],
    [true, true, 1, [0, 1]],
  );
  assert.deepEqual(
    actions(three(running, exited(0), running), { policy: "OnFailure", sandbox: down }).start,
    [0, 2],
  );
  assert.equal(
    actions(three(running), { sandbox: { ...up, hasAddress: false } }).createSandbox,
    true,
  );
});

test("D9, D10: a failed liveness or startup probe kills and starts in one sync", () => {
  for (const why of ["liveness", "startup"] as const) {
    const { kills, start } = actions([{}, { [why]: "failure" }, {}]);
    assert.deepEqual([kills, start], [[`regular 1 ${why}`], [1]]);
  }
});

test("D11, D12, D13: no new sandbox for a pod that is done", () => {
  const done = actions(three(exited(1), exited(0)), { policy: "Never", sandbox: down });
  assert.deepEqual([done.killPod, done.createSandbox], [true, false]);
  const well = actions(three(exited(0), exited(0)), { policy: "OnFailure", sandbox: down });
  assert.deepEqual([well.killPod, well.createSandbox], [true, false]);
  const fresh = actions(three(none, none), { policy: "Never", sandbox: down });
  assert.deepEqual([fresh.createSandbox, fresh.start], [true, [0, 1]]);
});

test("D15, D16: a container's own policy counts before the pod's", () => {
  const own = (restartPolicy: RestartPolicy, code: number): Given => ({
    as: { restartPolicy },
    standing: exited(code),
  });
  assert.deepEqual(
    actions([own("Always", 0), own("Always", 111), {}], { policy: "Never" }).start,
    [0, 1],
  );
  assert.deepEqual(actions([own("Never", 0), own("Never", 111), {}]).start, []);
});

const waiting = three(none);

test("D17 to D20, D22: init containers one after the other, retried in place", () => {
  const init = (...standings: Standing[]) => actions(waiting, { init: three(...standings) });
  assert.deepEqual(init(none, none, none).startInit, [0]);
  assert.deepEqual(init(exited(0), exited(0), running).startInit, []);
  assert.deepEqual(init(exited(0), exited(0), exited(137)).startInit, [2]);
  assert.deepEqual(init(exited(0), exited(0), exited(0)).start, [0]);
  const never = actions(waiting, { policy: "Never", init: three(exited(0), exited(137)) });
  assert.equal(never.killPod, true);
  assert.deepEqual(init(none, none, running).startInit, []);
});

test("D21: without its sandbox a pod begins with its first init container", () => {
  const { killPod, createSandbox, startInit, start } = actions(three(running), {
    ...{ init: three(exited(0), exited(0)), sandbox: down },
  });
  assert.deepEqual([killPod, createSandbox, startInit, start], [true, true, [0], []]);
});

const sidecar = (facts: Given = {}): Given => ({ as: { restartPolicy: "Always" }, ...facts });

test("D23 to D25: the next one begins once a sidecar has started, whatever its liveness", () => {
  const next = (facts: Given) =>
    actions(waiting, { init: [sidecar(facts), { standing: none }] }).startInit;
  assert.deepEqual(next({}), [1]);
  assert.deepEqual(next({ liveness: "unknown" }), [1]);
  assert.deepEqual(next({ startup: "unknown" }), []);
  assert.deepEqual(next({ startup: "success" }), [1]);
});

test("D26, D27: a sidecar that fails is killed and started; regular ones wait only for its startup", () => {
  const unstarted = actions(waiting, { init: [sidecar({ startup: "failure" })] });
  assert.deepEqual(
    [unstarted.kills, unstarted.startInit, unstarted.start],
    [["init 0 startup"], [0], []],
  );
  const unwell = actions(waiting, { init: [sidecar({ liveness: "failure" })] });
  assert.deepEqual([unwell.kills, unwell.startInit, unwell.start], [["init 0 liveness"], [0], [0]]);
});

test("D28, D29, D30: sidecars come back whenever they end, also in a pod that never restarts", () => {
  const init = [
    sidecar({ standing: exited(1) }),
    { standing: exited(0) },
    sidecar({ standing: exited(0) }),
    { standing: running },
  ];
  assert.deepEqual(actions(waiting, { init }).startInit, [0, 2]);
  const never = actions(three(running), {
    policy: "Never",
    init: [sidecar({ standing: exited(137) })],
  });
  assert.deepEqual([never.startInit, never.killPod], [[0], false]);
  const changed = actions(three(running), { init: [sidecar({ changed: true })] });
  assert.deepEqual([changed.kills, changed.startInit], [["init 0 definition"], [0]]);
});
