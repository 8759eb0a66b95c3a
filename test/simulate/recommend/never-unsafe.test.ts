/** Whatever was measured: no value lets happen what it is there to prevent, and a target that is missed is said to be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { outageKill } from "#simulate/forms/outage-kill.js";
import { SECOND_US, timingOf } from "#simulate/forms/probe-timing.js";
import { startKill } from "#simulate/forms/start-kill.js";
import { stopLoss } from "#simulate/forms/stop-loss.js";
import type { Distribution, LifeInput } from "#simulate/life/life-input.js";
import { applyChanges } from "#simulate/recommend/apply-changes.js";
import { swapWindow } from "#simulate/recommend/swap-window.js";
import { lifeInput, pod, policy, probe, service, workload } from "#test/simulate/given.js";
import { tool } from "#test/simulate/given-tools.js";
import { advised } from "./recommended.js";

const upTo = (seconds: number): fc.Arbitrary<Distribution> =>
  fc.nat(seconds * SECOND_US).chain((max) =>
    fc.oneof(
      fc.constant<Distribution>({ kind: "const", us: max }),
      fc.nat(max).map<Distribution>((fromUs) => ({ kind: "uniform", fromUs, toUs: max })),
      fc
        .tuple(fc.nat(max), fc.nat(max), fc.integer({ min: 1, max: 40 }))
        .map<Distribution>(([a, b, count]) => ({
          kind: "quantiles",
          p50: Math.min(a, b),
          p95: Math.max(a, b),
          max,
          count,
        })),
    ),
  );

const inputs: fc.Arbitrary<LifeInput> = fc
  .record({
    coldStart: upTo(120),
    build: upTo(60),
    coldBuild: fc.option(upTo(60)),
    appStart: upTo(20),
    stopTime: upTo(10),
    drain: upTo(40),
    healthLatencyBuild: upTo(4),
    lag: upTo(6),
    stopWhen: fc.constantFrom("beforeBuild", "afterBuild", "afterReady", "hotpod"),
    whileDown: fc.constantFrom("refused", "silent"),
    shutdownDelayMs: fc.nat(6_000),
  })
  .map(({ lag, stopWhen, shutdownDelayMs, ...measured }) => {
    const given = workload(pod({ livenessProbe: probe(), readinessProbe: probe() }));
    const base = lifeInput(given);
    return {
      ...base,
      node: { ...base.node, endpointLag: lag },
      service: service(measured as Partial<LifeInput["service"]>),
      reload:
        stopWhen === "hotpod"
          ? { kind: "hotpod", policy: { ...policy, shutdownDelayMs } }
          : {
              kind: "tool",
              tool: tool({
                stopWhen: stopWhen as "beforeBuild",
                stop: [{ signal: "SIGTERM", waitUs: null, to: "group" }],
              }),
            },
    };
  });

const largest = (of: Distribution | null): number =>
  of === null
    ? 0
    : of.kind === "const"
      ? of.us
      : of.kind === "uniform"
        ? of.toUs
        : of.kind === "quantiles"
          ? of.max
          : Number.NaN;

test("no start, no reload and no stop is caught by the values", () => {
  const property = fc.property(
    inputs,
    fc.constantFrom("safe", "fast-detect"),
    (input, objective) => {
      const { recommendation, changes } = advised(input, { objective: objective as "safe" });
      const { startupProbe, livenessProbe, readinessProbe } = changes;
      assert.ok(startupProbe && livenessProbe && readinessProbe);
      const { service: measured, reload } = input;
      const built =
        reload?.kind === "tool" && measured.coldBuild !== null
          ? largest(measured.coldBuild) + largest(measured.appStart)
          : largest(measured.coldStart);
      assert.equal(startKill(built, timingOf(startupProbe, SECOND_US - 1)).share, 0);
      const swap = swapWindow(input);
      assert.ok(swap.kind === "known");
      const { us, outage } = swap.window;
      assert.equal(outageKill(us, timingOf(livenessProbe), outage).share, 0);
      for (const one of [startupProbe, livenessProbe, readinessProbe]) {
        assert.ok(one.timeoutSeconds <= one.periodSeconds);
      }
      const said = (word: string) =>
        recommendation.impossible.some(({ demand }) => demand.includes(word));
      const { failureThreshold, periodSeconds, timeoutSeconds } = livenessProbe;
      assert.equal(failureThreshold * periodSeconds + timeoutSeconds > 30, said("hang"));
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});

test("no request of the longest that was measured is lost in a stop", () => {
  const property = fc.property(inputs, (input) => {
    const { changes, recommendation } = advised(input);
    const after = applyChanges(input, changes);
    const { reload, service: measured, node, workload: of } = after;
    const hook = of.template.spec.containers[0]?.lifecycle.preStop;
    const hotpod = reload?.kind === "hotpod" ? reload.policy : null;
    const preStopUs = hook?.kind === "sleep" ? hook.seconds * SECOND_US : 0;
    const grace = of.template.spec.terminationGracePeriodSeconds;
    const drain = measured.drain;
    assert.ok(drain !== null);
    const used =
      drain.kind === "quantiles" && drain.count >= 5
        ? drain.p95
        : drain.kind === "uniform"
          ? drain.fromUs
          : largest(drain);
    const loss = stopLoss({
      graceUs: grace * SECOND_US,
      preStopUs,
      lameDuckUs: (hotpod?.shutdownDelayMs ?? 0) * 1_000,
      longestRequestUs: used,
      endpointLagUs: largest(node.endpointLag),
      reserveUs: hotpod === null ? 0 : SECOND_US,
    });
    assert.equal(loss.kind, "safe");
    if (hotpod !== null) assert.equal(hotpod.graceMs, grace * 1_000 - preStopUs / 1_000);
    const cut = hotpod !== null && used > hotpod.drainTimeoutMs * 1_000;
    if (cut) assert.ok(recommendation.impossible.some(({ rule }) => rule === "G9"));
  });
  fc.assert(property, { numRuns: 1_000 });
});
