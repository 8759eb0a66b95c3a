import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "#edge/load/histogram.js";
import { readVersion } from "#edge/load/read-version.js";
import { Tally } from "#edge/load/tally.js";
import { Timeline } from "#edge/load/timeline.js";
import { VersionSequence } from "#edge/load/version-sequence.js";

test("quantiles are right within 2 %, the maximum exactly", () => {
  const histogram = new Histogram();
  for (let ms = 1; ms <= 1_000; ms += 1) histogram.record(ms);
  for (const share of [0.01, 0.5, 0.95, 0.99]) {
    const exact = share * 1_000;
    assert.ok(Math.abs(histogram.quantile(share) - exact) <= exact * 0.02 + 0.1);
  }
  assert.equal(histogram.summary().max, 1_000);
  assert.equal(new Histogram().summary().p99, 0);
  histogram.record(1e12);
  assert.equal(histogram.quantile(1), 0.01 * 1.02 ** 939);
});

test("the longest gap includes the time before the first and after the last success", () => {
  const at = (...times: number[]): Tally => {
    const tally = new Tally(() => {});
    for (const atMs of times) {
      tally.succeeded("fresh", { atMs, latencyMs: 1, bytes: 10, version: "1" });
    }
    return tally;
  };
  assert.deepEqual(at(5, 10, 40, 50).summary(60).longestGap, { fromMs: 10, toMs: 40 });
  assert.deepEqual(at(30, 31).summary(32).longestGap, { fromMs: 0, toMs: 30 });
  assert.deepEqual(at(1, 2).summary(100).longestGap, { fromMs: 2, toMs: 100 });
  assert.equal(at().summary(70).longestGapMs, 70);
});

test("failures are counted by reason with the first of each kept", () => {
  const tally = new Tally(() => {});
  tally.failed("kept", "reset", { atMs: 7, detail: "ECONNRESET" });
  tally.failed("fresh", "reset", { atMs: 9, detail: "later" });
  tally.failed("fresh", "cut", { atMs: 9, detail: "cut" });
  const summary = tally.summary(10);
  assert.equal(summary.failed, 3);
  assert.equal(summary.requests, 3);
  assert.deepEqual(summary.failures, [
    { reason: "reset", count: 2, first: { atMs: 7, detail: "ECONNRESET" } },
    { reason: "cut", count: 1, first: { atMs: 9, detail: "cut" } },
  ]);
});

test("a version is announced once, when first seen", () => {
  const seen: string[] = [];
  const tally = new Tally((version) => seen.push(version));
  for (const version of ["1", "2", "1", "2"]) {
    tally.succeeded("kept", { atMs: 1, latencyMs: 1, bytes: 1, version });
  }
  assert.deepEqual(seen, ["1", "2"]);
});

test("versions on one connection: going back is seen, going on is not", () => {
  const of = (...versions: string[]): VersionSequence => {
    const sequence = new VersionSequence();
    for (const version of versions) sequence.add(version);
    return sequence;
  };
  assert.equal(of("v9", "v9", "v10").text(), "v9>v10");
  assert.equal(of("v9", "v10").wentBackwards(), false);
  assert.equal(of("v10", "v9").wentBackwards(), true);
  assert.equal(of("1.0.9", "1.0.10", "1.0.9").wentBackwards(), true);
  assert.equal(of("red", "blue").wentBackwards(), false);
  const tally = new Tally(() => {});
  tally.sequence(of("2", "1"));
  tally.sequence(of("1", "2"));
  tally.sequence(of());
  assert.equal(tally.summary(1).backwards, 1);
  assert.deepEqual(tally.summary(1).backwardsExamples, ["2>1"]);
});

test("a body is whole when its proof says so", () => {
  const text = '{"version":"12"}\n';
  const signed = `${text}checksum c8f44b50\n`;
  const kind = (body: string, proof: "length" | "end" | "checksum"): string =>
    readVersion(Buffer.from(body), proof).kind;
  assert.deepEqual(readVersion(Buffer.from(signed), "checksum"), {
    kind: "whole",
    version: "12",
  });
  assert.equal(kind(signed.replace("12", "13"), "checksum"), "broken");
  assert.equal(kind(text, "checksum"), "broken");
  assert.equal(kind(text, "end"), "broken");
  assert.equal(kind('{"version":"12","end":true}\n', "end"), "whole");
  assert.deepEqual(readVersion(Buffer.from("version: v3 of shop"), "length"), {
    kind: "whole",
    version: "v3",
  });
});

test("the time-line joins its slices instead of growing for ever", () => {
  const timeline = new Timeline();
  timeline.succeeded(10, 5);
  timeline.failed(60);
  timeline.succeeded(100_000, 7);
  const { sliceMs, succeeded, failed, latencyMaxMs } = timeline.summary();
  assert.equal(sliceMs, 100);
  assert.equal(succeeded[0], 1);
  assert.equal(failed[0], 1);
  assert.equal(latencyMaxMs.at(-1), 7);
  assert.equal(succeeded.length, 1_001);
});
