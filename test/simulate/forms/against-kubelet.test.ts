/** The closed forms against the kubelet's own decisions, one phase at a time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Likelihood } from "#model/life/life-report.js";
import { outageKill } from "#simulate/forms/outage-kill.js";
import { timingOf } from "#simulate/forms/probe-timing.js";
import { startKill } from "#simulate/forms/start-kill.js";
import { bad, good, idealNode } from "#test/kubelet/machine/ideal-node.js";
import { container, pod, probe } from "#test/kubelet/machine/pods.js";
import { s } from "#test/simulate/given.js";

const fields = fc.record({
  D: fc.nat(20),
  P: fc.integer({ min: 1, max: 12 }),
  F: fc.integer({ min: 1, max: 4 }),
});
const tenths = (max: number) => fc.nat(max * 10).map((value) => value / 10);
// A tick in the very instant of the start finds no container yet: a tie, of no measure.
const phases = fc.integer({ min: 1, max: 99 });

/** When the kubelet kills a container that fails from one age to another, or null. Its ticks come `phase` after its start. */
function killedAt(
  probed: { D: number; P: number; F: number },
  phase: number,
  down: [number, number],
) {
  const open = { sandboxUs: () => 0, anchorOf: () => s(phase) };
  const script = {
    probe: (_: string, age: number) => (age >= down[0] && age < down[1] ? bad : good),
  };
  const containers = [container({ livenessProbe: probe(probed) })];
  const until = down[1] + 5;
  return idealNode(pod({ containers }), [script], { until, open }).times("Killing")[0] ?? null;
}

/** Of this phase: whether it is among those that are killed, and when. */
function assertAt(form: Likelihood, found: number | null, phase: number, period: number): void {
  if (found === null) {
    assert.ok(phase >= form.share * period - 1e-9, `not killed at ${phase}`);
    return;
  }
  assert.ok(phase < form.share * period + 1e-9, `killed at phase ${phase}`);
  assert.ok(form.interval !== null);
  assert.ok(s(found) >= form.interval.fromUs && s(found) < form.interval.toUs);
}

test("F1: a slow start", () => {
  const property = fc.property(fields, tenths(60), phases, (probed, start, percent) => {
    const form = startKill(s(start), timingOf(probe(probed)));
    // The form's phase counts from the end of the delay on.
    const phase = (percent * probed.P) / 100;
    const found = killedAt(probed, (phase + probed.D) % probed.P, [0, start]);
    assertAt(form, found, phase, probed.P);
  });
  fc.assert(property, { numRuns: 1_500 });
});

test("F2: an outage of a container that was up", () => {
  const property = fc.property(fields, tenths(60), phases, (probed, outage, percent) => {
    const from = 40;
    const phase = (percent * probed.P) / 100;
    const form = outageKill(s(outage), timingOf(probe({ ...probed, D: 0 })));
    const after = { share: form.share, origin: form.origin };
    const { interval } = form;
    const shifted = interval && {
      fromUs: interval.fromUs + s(from),
      toUs: interval.toUs + s(from),
    };
    const found = killedAt({ ...probed, D: 0 }, (phase + from) % probed.P, [from, from + outage]);
    assertAt({ ...after, interval: shifted }, found, phase, probed.P);
  });
  fc.assert(property, { numRuns: 1_500 });
});
