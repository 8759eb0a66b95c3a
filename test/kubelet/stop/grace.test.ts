import assert from "node:assert/strict";
import { test } from "node:test";
import { containerGrace, graceAfter, podGrace } from "#kubelet/stop/grace.js";

const sources = (
  podSeconds: number | null,
  livenessSeconds: number | null = null,
  startupSeconds: number | null = null,
) => ({
  ...{ deletionSeconds: null, podSeconds, livenessSeconds, startupSeconds },
});

test("E1 to E4: a probe's own grace before the pod's, and two seconds where there is none", () => {
  assert.equal(containerGrace(sources(null), "other"), 2);
  assert.equal(containerGrace(sources(60, 10), "liveness"), 10);
  assert.equal(containerGrace(sources(10, null, 60), "startup"), 60);
  const all = sources(60, 30, 10);
  assert.deepEqual(
    (["other", "startup", "liveness"] as const).map((cause) => containerGrace(all, cause)),
    [60, 10, 30],
  );
  assert.equal(containerGrace({ ...all, deletionSeconds: 5 }, "liveness"), 5);
});

test("E5: the least grace that was asked for, at least a second", () => {
  const asked = (
    deletionSeconds: number | null,
    overrideSeconds: number | null,
    currentSeconds: number | null = null,
  ) => podGrace({ specSeconds: 30, deletionSeconds, overrideSeconds, currentSeconds });
  assert.deepEqual(
    [asked(null, null), asked(5, null), asked(5, 2), asked(0, null), asked(null, 0)],
    [30, 5, 2, 1, 1],
  );
  assert.equal(asked(100, null, 30), 30);
});

test("whole seconds that hooks have used are taken off, two always stay", () => {
  assert.equal(graceAfter(30, 10_900_000), 20);
  assert.equal(graceAfter(30, 30_000_000), 2);
  assert.equal(graceAfter(0, 0), 2);
});
