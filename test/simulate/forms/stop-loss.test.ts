import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SECOND_US } from "#simulate/forms/probe-timing.js";
import { type Stop, stopLoss } from "#simulate/forms/stop-loss.js";

const some = (max: number) => fc.nat(max);
const stops: fc.Arbitrary<Stop> = fc.record({
  graceUs: some(40),
  preStopUs: some(10),
  lameDuckUs: some(10),
  longestRequestUs: some(20),
  endpointLagUs: some(10),
  reserveUs: fc.constantFrom(0, 1),
});

/** A kept-alive connection asks until nobody accepts, new connections come until the endpoints are gone. */
function losesSome(stop: Stop): boolean {
  const closesAt = stop.preStopUs + stop.lameDuckUs;
  const killAt = stop.graceUs - stop.reserveUs;
  for (let at = 0; at < stop.endpointLagUs; at++) if (at >= closesAt) return true;
  for (let at = 0; at <= closesAt; at++) if (at + stop.longestRequestUs > killAt) return true;
  return false;
}

test("F6: a stop is safe exactly where no request at any instant is lost", () => {
  const property = fc.property(stops, (stop) => {
    assert.equal(stopLoss(stop).kind !== "safe", losesSome(stop));
  });
  fc.assert(property, { numRuns: 3_000 });
});

test("V24: preStop 5, lame-duck 1, requests of 25 s", () => {
  const stop = (grace: number): Stop => ({
    graceUs: grace * SECOND_US,
    preStopUs: 5 * SECOND_US,
    lameDuckUs: SECOND_US,
    longestRequestUs: 25 * SECOND_US,
    endpointLagUs: 2 * SECOND_US,
    reserveUs: SECOND_US,
  });
  assert.deepEqual(stopLoss(stop(33)), { kind: "safe", slackUs: SECOND_US });
  const cut = { kind: "cuts", missingUs: 2 * SECOND_US, cutAtUs: 29 * SECOND_US };
  assert.deepEqual(stopLoss(stop(30)), cut);
});

test("connections that still come when nobody accepts are refused", () => {
  const stop = {
    graceUs: 30 * SECOND_US,
    preStopUs: 0,
    lameDuckUs: SECOND_US / 2,
    longestRequestUs: 0,
    endpointLagUs: 2 * SECOND_US,
    reserveUs: 0,
  };
  assert.deepEqual(stopLoss(stop), { kind: "refuses", missingUs: 1.5 * SECOND_US });
  assert.equal(stopLoss({ ...stop, preStopUs: 1.5 * SECOND_US }).kind, "safe");
});
