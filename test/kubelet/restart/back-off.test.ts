/** Restarts: whether, when, and how long until the next look. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import {
  type BackOff,
  backOffLimits,
  decideStart,
  isCollected,
  nextBackOff,
} from "#kubelet/restart/back-off.js";
import { requeueUs } from "#kubelet/restart/requeue.js";
import { isRestarted } from "#kubelet/restart/restarts.js";
import type { RestartPolicy } from "#model/kube/pod.js";
import { container } from "#test/kubelet/machine/pods.js";

const S = 1_000_000;
const limits = (initial: number, cap: number, expiry: number) => ({
  initialUs: initial * S,
  capUs: cap * S,
  expiryUs: expiry * S,
});

test("C1: doubled up to its cap", () => {
  const values = [0];
  let backOff: BackOff | null = null;
  for (let second = 0; second < 9; second++) {
    backOff = nextBackOff(backOff, second * S, second * S, limits(1, 50, 100));
    values.push(backOff.valueUs / S);
  }
  assert.deepEqual(values, [0, 1, 2, 4, 8, 16, 32, 50, 50, 50]);
});

test("C3, C5: doubled within its expiry, begun anew after it", () => {
  const atCap = { valueUs: 5 * S, lastUpdate: 0 };
  assert.equal(nextBackOff(atCap, 6 * S, 6 * S, limits(1, 5, 10)).valueUs, 5 * S);
  const custom = limits(1, 50, 8);
  assert.equal(nextBackOff({ valueUs: S, lastUpdate: 0 }, 5 * S, 5 * S, custom).valueUs, 2 * S);
  assert.equal(nextBackOff({ valueUs: 4 * S, lastUpdate: 0 }, 9 * S, 9 * S, custom).valueUs, S);
});

test("C4: forgotten once the last start is longer ago than the expiry", () => {
  const entry = { valueUs: S, lastUpdate: 0 };
  assert.deepEqual(
    [6, 12].map((at) => isCollected(entry, at * S, limits(1, 5, 10))),
    [false, true],
  );
});

test("C6: the first restart is immediate, the next waits from the exit on", () => {
  const second = limits(1, 5, 600);
  assert.deepEqual(decideStart(null, null, 9 * S, second), { kind: "start", backOff: null });
  const first = decideStart(null, 9 * S, 9 * S, second);
  assert.deepEqual(first, { kind: "start", backOff: { valueUs: S, lastUpdate: 9 * S } });
  const entry = { valueUs: S, lastUpdate: 9 * S };
  assert.deepEqual(decideStart(entry, 9 * S, 9 * S, second), { kind: "refuse", until: 10 * S });
  assert.equal(decideStart(entry, 9 * S, 10 * S, second).kind, "start");
});

test("C7: how long until the next sync", () => {
  const between = (end: Parameters<typeof requeueUs>[0], minor = 36) =>
    [1, 1.5].map((jitter) => requeueUs(end, jitter, nodeVersion(minor), 20 * S) / S);
  const backOff = (left: number) => ({ kind: "back-off", backOffLeftUs: left * S }) as const;
  assert.deepEqual(between({ kind: "clean" }), [20, 30]);
  assert.deepEqual(between({ kind: "error" }), [10, 15]);
  assert.deepEqual(between(backOff(5)), [5, 7.5]);
  assert.deepEqual(between(backOff(-3)), [0, 0]);
  assert.deepEqual(between(backOff(40)), [20, 30]);
  assert.deepEqual(between(backOff(5), 34), [10, 15]);
  assert.deepEqual(between({ kind: "network-not-ready" }), [1, 1.5]);
});

test("C8: the node's knobs", () => {
  const of = (max: number | null, reduced: boolean) => {
    const { initialUs, capUs } = backOffLimits(max, reduced);
    return [initialUs / S, capUs / S];
  };
  assert.deepEqual(of(2, false), [2, 2]);
  assert.deepEqual(
    [2, 10, 300].map((max) => of(max, true)),
    [
      [1, 2],
      [1, 10],
      [1, 300],
    ],
  );
  assert.deepEqual(
    [11, 300].map((max) => of(max, false)),
    [
      [10, 11],
      [10, 300],
    ],
  );
  assert.deepEqual(
    [of(null, false), of(null, true)],
    [
      [10, 300],
      [1, 60],
    ],
  );
});

test("A17: a container's own policy and rules before the pod's", () => {
  const version = nodeVersion(36);
  const rule = (...values: number[]) => [
    { action: "Restart", exitCodes: { operator: "In", values } } as const,
  ];
  const after = (
    exitCode: number,
    fields: Parameters<typeof container>[0],
    policy: RestartPolicy = "Never",
  ) => isRestarted(container(fields), policy, { kind: "exited", exitCode }, version);
  assert.deepEqual(
    [1, 0].map((code) => after(code, { restartPolicy: "OnFailure" })),
    [true, false],
  );
  assert.deepEqual(
    [1, 0].map((code) => after(code, {}, "Always")),
    [true, true],
  );
  assert.deepEqual(
    [1, 0].map((code) => after(code, {})),
    [false, false],
  );
  assert.equal(after(1, { restartPolicy: "Never", restartPolicyRules: rule(1) }), true);
  assert.equal(after(1, { restartPolicy: "Never", restartPolicyRules: rule(99) }), false);
  const old = isRestarted(
    container({ restartPolicyRules: rule(1) }),
    "Never",
    { kind: "exited", exitCode: 1 },
    nodeVersion(33),
  );
  assert.equal(old, false);
});
