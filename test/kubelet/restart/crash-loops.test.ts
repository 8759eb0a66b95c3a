/** Crash loops on an ideal node, by the kubelet's knobs. Seconds from the first start. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeVersion } from "#kubelet/node-version.js";
import { backOffLimits, decideStart, nextBackOff } from "#kubelet/restart/back-off.js";
import { idealNode } from "#test/kubelet/machine/ideal-node.js";
import { container, pod } from "#test/kubelet/machine/pods.js";

const S = 1_000_000;
const open = { sandboxUs: () => 0 };
const atOnce = { exits: () => ({ after: 0, code: 1 }) };

function starts(count: number, limits = backOffLimits()): number[] {
  return idealNode(pod(), [atOnce], { until: 800, open, limits }).times("started").slice(0, count);
}

test("C2: an entry at its cap that is quiet for longer than its expiry counts no more", () => {
  const limits = { initialUs: S, capUs: 5 * S, expiryUs: 10 * S };
  const entry = { valueUs: 5 * S, lastUpdate: 0 };
  const started = decideStart(entry, 11 * S, 11 * S, limits);
  assert.deepEqual(started, { kind: "start", backOff: { valueUs: S, lastUpdate: 11 * S } });
  assert.equal(nextBackOff(entry, 6 * S, 6 * S, limits).valueUs, 5 * S);
});

test("C9 to C12: starts of what exits at once, by initial value and cap", () => {
  assert.deepEqual(starts(7), [0, 0, 10, 30, 70, 150, 310]);
  assert.deepEqual(starts(7, backOffLimits(30)), [0, 0, 10, 30, 60, 90, 120]);
  assert.deepEqual(starts(10, backOffLimits(null, true)), [0, 0, 1, 3, 7, 15, 31, 63, 123, 183]);
  assert.deepEqual(starts(6, backOffLimits(1)), [0, 0, 1, 2, 3, 4]);
});

test("C14: at the cap a container comes back 300 to 390 s after its end, in every version", () => {
  for (const minor of [31, 34, 35, 36]) {
    for (const jitter of [1, 1.25, 1.5]) {
      const { times } = idealNode(pod(), [{ exits: () => ({ after: 3, code: 1 }) }], {
        until: 5_000,
        version: nodeVersion(minor),
        open: { ...open, requeueJitter: () => jitter, detectionUs: () => S / 2 },
      });
      const ends = times("exited");
      const begins = times("started");
      const last = begins.length - 1;
      for (const index of [last - 1, last]) {
        const gap = (begins[index] ?? 0) - (ends[index - 1] ?? 0);
        assert.ok(gap >= 300 && gap <= 390, `1.${minor}, jitter ${jitter}: ${gap}`);
      }
    }
  }
});

test("C15: a new image is started at once, and the back-off begins anew", () => {
  const { times } = idealNode(pod(), [atOnce], {
    until: 400,
    open,
    // In the middle of a back-off of 80 s.
    acts: [[100, (machine) => machine.changed(0)]],
  });
  assert.deepEqual(times("started"), [0, 0, 10, 30, 70, 100, 110, 130, 170, 250]);
});

test("C17: an entry at the cap is forgotten 600 s after its last start", () => {
  // Seven quick ends lead to the cap; then a run of 540 s.
  const quick = 7;
  const { times } = idealNode(
    pod(),
    [{ exits: (instance) => ({ after: instance < quick ? 0 : 540, code: 1 }) }],
    // At exactly 60 s the entry is not older than its expiry yet.
    { until: 3_000, open: { ...open, requeueJitter: () => 1.1 } },
  );
  const long = times("started")[quick] ?? 0;
  const next = times("started")[quick + 1] ?? 0;
  const after = next - (long + 540);
  assert.ok(after >= 60 && after <= 90, `${after}`);
});

test("a rule that restarts all containers kills them with 2 s, keeps the sandbox and begins with the first init", () => {
  const rule = {
    action: "RestartAllContainers",
    exitCodes: { operator: "In", values: [42] },
  } as const;
  const run = (minor: number) =>
    idealNode(
      pod({
        initContainers: [container({ name: "init" })],
        containers: [
          container({ name: "a", restartPolicy: "Never", restartPolicyRules: [rule] }),
          container({ name: "b" }),
        ],
      }),
      [
        { exits: () => ({ after: 1, code: 0 }) },
        { exits: (instance) => (instance === 0 ? { after: 10, code: 42 } : null) },
        { onTerm: "ignores" },
      ],
      { until: 60, open, version: nodeVersion(minor) },
    );
  const { times } = run(36);
  assert.deepEqual(
    [times("started", 0), times("started", 1), times("started", 2)],
    [
      [0, 13],
      [1, 14],
      [1, 14],
    ],
  );
  assert.deepEqual(times("SIGKILL", 2), [13]);
  assert.deepEqual(run(35).times("started", 0), [0]);
});
