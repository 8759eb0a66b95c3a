/** Where the time from a change to its serving went: parts that follow one another and sum to the whole. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SwapTiming } from "#model/swap-timing.js";
import { swapTimingMs } from "#model/swap-timing.js";
import { Scene } from "./scene.js";

const timed = (scene: Scene): SwapTiming | undefined => {
  const [notice] = scene
    .asked("announce")
    .flatMap(({ notice: one }) => (one.kind === "update-timed" ? [one] : []));
  return notice?.timing;
};

const after = (scene: Scene, ms: number): Scene => {
  scene.at += ms;
  return scene;
};

test("every part is told, and together they are the whole", () => {
  const scene = after(new Scene().serving(), 5_000);
  const changedAt = scene.at;
  scene.take({ kind: "change-noticed" });
  after(scene, 3).read("b");
  after(scene, 180).built();
  after(scene, 2).roomy(1);
  after(scene, 7).spawned(2);
  after(scene, 20).take({ kind: "notified", generation: 2, notice: "ready" });
  const promoted = scene.asked("announce").find(({ notice }) => notice.kind === "promoted");
  assert.ok(promoted?.notice.kind === "promoted");
  const parts = { noticeMs: 3, buildMs: 180, startMs: 9, readyMs: 20 };
  assert.deepEqual(promoted.notice.timing, parts);
  assert.equal(promoted.notice.changeMs, 212);
  assert.equal(scene.status().lastUpdate, null, "the new connections do not go there yet");
  after(scene, 2).take({ kind: "steered", generation: 2 });
  assert.deepEqual(timed(scene), { ...parts, switchMs: 2 });
  assert.deepEqual(scene.status().lastUpdate, { generation: 2, ...parts, switchMs: 2 });
  assert.equal(swapTimingMs({ ...parts, switchMs: 2 }), scene.at - changedAt);
});

test("builds that newer saves overtook are time until the one that counts began", () => {
  const scene = new Scene().serving().change("b");
  after(scene, 50).change("c").take({ kind: "build-cancelled", build: 2 });
  scene.pass(30);
  after(scene, 100).built().roomy(1).ready(2).take({ kind: "steered", generation: 2 });
  const parts = { noticeMs: 80, buildMs: 100, startMs: 0, readyMs: 0, switchMs: 0 };
  assert.deepEqual(timed(scene), parts);
});

test("a candidate that a newer one superseded is time before the newer one's build", () => {
  const scene = new Scene().serving().change("b");
  after(scene, 100).built().roomy(1).spawned(2);
  after(scene, 10).change("c");
  after(scene, 100).built().roomy(1).ready(3).take({ kind: "steered", generation: 3 });
  const parts = { noticeMs: 110, buildMs: 100, startMs: 0, readyMs: 0, switchMs: 0 };
  assert.deepEqual(timed(scene), parts);
});

test("in restart order the old one's end is part of the start", () => {
  const scene = new Scene({ handover: "restart" }).serving().change("b");
  after(scene, 100).built();
  after(scene, 400).exited(1, 0).gone(1);
  after(scene, 5).ready(2);
  // It has taken over sockets that the new connections go to already: nothing is steered.
  assert.deepEqual(scene.acts(), []);
  const parts = { noticeMs: 0, buildMs: 100, startMs: 405, readyMs: 0, switchMs: 0 };
  assert.deepEqual(timed(scene), parts);
});

test("what no change led to is not timed, and an old account stays", () => {
  const scene = new Scene().serving();
  assert.equal(timed(scene.take({ kind: "steered", generation: 1 })), undefined);
  scene.swap("b", 1, 2).take({ kind: "steered", generation: 2 });
  const told = scene.status().lastUpdate;
  assert.equal(told?.generation, 2);
  scene.exited(2, 1).gone(2).ready(3).take({ kind: "steered", generation: 3 });
  assert.equal(timed(scene), undefined);
  assert.deepEqual(scene.status().lastUpdate, told);
});

test("a late word about an older generation changes nothing", () => {
  const scene = new Scene().serving().swap("b", 1, 2);
  assert.equal(timed(scene.take({ kind: "steered", generation: 1 })), undefined);
  scene.take({ kind: "steered", generation: 2 });
  assert.notEqual(timed(scene), undefined);
  assert.equal(timed(scene.take({ kind: "steered", generation: 2 })), undefined);
});
