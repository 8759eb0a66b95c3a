/** One attempt of a worker: what is looked at before, and what is counted after. Numbers are those of the kubelet's own tests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import {
  type ContainerView,
  count,
  firstVerdict,
  gate,
  newWorker,
  type PodView,
  type Result,
  type Worker,
} from "#kubelet/prober/worker.js";
import type { ProbeKind } from "#model/kube/pod.js";
import { probe } from "#test/kubelet/machine/pods.js";

const v136 = nodeVersion(36);
const KINDS: readonly ProbeKind[] = ["liveness", "readiness", "startup"];
const running: PodView = { phase: "Running", deleting: false, keepsStatus: false };
const S = 1_000_000;

function seen(parts: Partial<ContainerView> = {}): ContainerView {
  const facts = { instance: 0, state: "running", startedAt: 0, started: true } as const;
  return { ...facts, restarts: true, sidecar: false, ...parts };
}

function open(
  worker: Worker,
  container: ContainerView | null,
  pod: PodView | null = running,
  at = 0,
) {
  return gate(worker, pod, container, at, v136);
}

const fresh = (kind: ProbeKind, fields = {}) => newWorker(kind, probe(fields));

test("A1, A2, A4: without a status nothing happens, and an ended pod is left", () => {
  for (const kind of KINDS) {
    assert.equal(open(fresh(kind), seen(), null), "nothing");
    assert.equal(open(fresh(kind), null), "nothing");
    const worker = fresh(kind);
    assert.equal(open(worker, seen(), { ...running, phase: "Failed" }), "leave");
    assert.equal(worker.verdict, null);
  }
});

test("A3: when its pod is deleted only readiness goes on asking", () => {
  const deleted = { ...running, deleting: true };
  for (const kind of ["liveness", "startup"] as const) {
    const worker = fresh(kind);
    assert.equal(open(worker, seen({ started: kind === "liveness" }), deleted), "leave");
    assert.equal(worker.verdict, "success");
  }
  assert.equal(open(fresh("readiness"), seen(), deleted), "ask");
});

test("A5, A6, A7: what does not run has failed; a worker stays as long as its container comes back", () => {
  const waiting = fresh("liveness");
  assert.deepEqual(
    [open(waiting, seen({ state: "waiting" })), waiting.verdict],
    ["nothing", "failure"],
  );
  const over = seen({ state: "terminated", restarts: false });
  assert.equal(open(fresh("liveness"), over), "leave");
  const sidecar = { ...over, sidecar: true };
  assert.equal(open(fresh("liveness"), sidecar), "nothing");
  assert.equal(gate(fresh("liveness"), running, sidecar, 0, nodeVersion(32)), "leave");
});

test("A8: nothing is asked before the delay, and each kind begins with its own verdict", () => {
  for (const kind of KINDS) {
    const worker = fresh(kind, { D: 10 });
    const container = seen({ started: kind !== "startup" });
    assert.equal(open(worker, container, running, 10 * S - 1), "nothing");
    assert.equal(worker.verdict, firstVerdict(kind));
    assert.equal(open(worker, container, running, 10 * S), "ask");
  }
  assert.deepEqual(KINDS.map(firstVerdict), ["success", "failure", "unknown"]);
});

function verdicts(worker: Worker, results: string): string {
  return [...results]
    .map((letter): Result => (letter === "S" ? "success" : "failure"))
    .map((result) => {
      count(worker, result, v136);
      return worker.verdict === "success" ? "S" : worker.verdict === "failure" ? "F" : "U";
    })
    .join("");
}

test("A9, A10: only results in a row reach a threshold", () => {
  const readiness = fresh("readiness", { F: 3 });
  assert.equal(verdicts(readiness, "SSSFFFFFSSSFFFFF"), "SSSSSFFFSSSSSFFF");
  const patient = fresh("readiness", { SU: 3, F: 1 });
  patient.verdict = "failure";
  assert.equal(verdicts(patient, "SSSSSFSSS"), "FFSSSFFFS");
});

test("A11, A12: a startup verdict of either kind holds until the next instance", () => {
  const good = fresh("startup");
  open(good, seen({ started: false }));
  assert.equal(verdicts(good, "S"), "S");
  assert.deepEqual([good.onHold, good.run], [true, 0]);
  assert.equal(open(good, seen({ started: false })), "nothing");
  const bad = fresh("startup", { F: 3 });
  open(bad, seen({ started: false }));
  assert.equal(verdicts(bad, "FFF"), "UUF");
  assert.deepEqual([bad.onHold, bad.run], [true, 0]);
  const old = fresh("startup");
  count(old, "success", nodeVersion(31));
  assert.equal(old.onHold, false);
});

test("A13, A14: a liveness failure holds, also when the answer gets better, until a new instance", () => {
  const worker = fresh("liveness", { F: 3 });
  open(worker, seen());
  assert.equal(verdicts(worker, "SFFF"), "SSSF");
  assert.equal(worker.run, 0);
  assert.equal(open(worker, seen()), "nothing");
  assert.equal(open(worker, seen({ instance: 1 })), "ask");
  assert.equal(worker.verdict, "success");
});

test("A15, A16: before a container has started only startup asks, afterwards only the others", () => {
  for (const started of [false, true]) {
    for (const kind of KINDS) {
      const asks = started === (kind !== "startup");
      assert.equal(open(fresh(kind), seen({ started })), asks ? "ask" : "nothing");
    }
  }
});

test("A18: after a kubelet's restart nothing is assumed, but that a started sidecar has started", () => {
  const kept = { ...running, keepsStatus: true };
  for (const kind of KINDS) {
    const worker = fresh(kind);
    open(worker, seen({ sidecar: true }), kept);
    assert.equal(worker.verdict, kind === "startup" ? "success" : null);
  }
});

test("a new instance inherits the run of the one before", () => {
  const worker = fresh("liveness", { F: 3 });
  open(worker, seen());
  verdicts(worker, "FF");
  open(worker, seen({ instance: 1 }));
  assert.equal(verdicts(worker, "F"), "F");
});
