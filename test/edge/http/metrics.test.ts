import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "#edge/http/metrics.js";
import { Tally } from "#edge/http/tally.js";

const gauges = { ready: 1, generation: 2, draining: 0, canary_percent: 0, paused: 0, drift: 0 };

test("each part of an update is a series of its own, in seconds", async () => {
  const tally = new Tally();
  const timing = { noticeMs: 3, buildMs: 180, startMs: 9, readyMs: 20, switchMs: 0.5 };
  tally.count({ kind: "update-timed", generation: 2, timing });
  tally.count({ kind: "update-timed", generation: 3, timing: { ...timing, buildMs: 320 } });
  const scrape = createMetrics(tally, () => gauges);
  for (const times of ["the first scrape", "a second one counts nothing twice"]) {
    const { body } = await scrape();
    const sum = (part: string): string | undefined =>
      new RegExp(`^hotpod_update_part_seconds_sum\\{part="${part}"\\} (.*)$`, "m").exec(body)?.[1];
    assert.equal(sum("build"), "0.5", times);
    assert.equal(sum("switch"), "0.001", times);
    assert.match(body, /^hotpod_update_part_seconds_count\{part="notice"\} 2$/m, times);
  }
});
