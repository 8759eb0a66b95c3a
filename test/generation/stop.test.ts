import assert from "node:assert/strict";
import { test } from "node:test";
import { Scene } from "./scene.js";

const term = { kind: "stop-requested", signal: "SIGTERM", terminal: false } as const;
const interrupt = { kind: "stop-requested", signal: "SIGINT", terminal: true } as const;

test("stop: not ready at once, serving on for the delay, SIGTERM, the serving one's verdict", () => {
  const scene = new Scene().serving();
  assert.deepEqual(scene.take(term).acts(), []);
  assert.deepEqual(scene.status().ready, { code: 503, body: { status: "stopping" } });
  assert.equal(scene.status().live.code, 200);
  assert.deepEqual(scene.pass(1_999).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.exited(1, 5).acts(), ["kill 1"]);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1", "exit 5"]);
});

test("stop: candidate and build are ended, nothing new begins", () => {
  const scene = new Scene().serving().change("b").built().roomy(1).spawned(2).change("c");
  assert.deepEqual(scene.take(term).acts(), ["cancel 3", "kill 2"]);
  scene.take({ kind: "build-cancelled", build: 3 }).exited(2, "SIGKILL").gone(2);
  assert.deepEqual(scene.take({ kind: "change-noticed" }).acts(), []);
  assert.deepEqual(scene.take({ kind: "reload-requested" }).acts(), []);
  scene.exited(1, 0);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1", "exit 0"]);
});

test("stop: SIGKILL one second before the grace period ends", () => {
  const scene = new Scene().serving().swap("b", 1, 2).take(term);
  assert.deepEqual(scene.pass(28_999).acts(), ["await-queue 1", "SIGTERM 2", "SIGTERM 1"]);
  scene.pass(1);
  assert.deepEqual(scene.acts(), ["kill 2", "kill 1"]);
  assert.deepEqual(scene.notices(), ["grace-exhausted"]);
  scene.exited(1, "SIGKILL").gone(1).exited(2, "SIGKILL").gone(2);
  assert.equal(scene.acts().at(-1), "exit 137");
});

test("stop: what cannot be killed does not keep the program beyond the grace period", () => {
  const scene = new Scene({ graceMs: 1_000 }).serving().take(term).pass(1_000);
  assert.equal(scene.acts().at(-1), "exit 143");
});

test("stop: a second SIGTERM changes nothing, a second SIGINT on a terminal kills", () => {
  const scene = new Scene().serving().take(term).pass(2_000);
  assert.deepEqual(scene.take(term).acts(), []);
  const laptop = new Scene({ shutdownDelayMs: 0 }, true).serving().take(interrupt).pass(0);
  assert.deepEqual(laptop.acts(), ["SIGTERM 1"]);
  assert.deepEqual(laptop.take(interrupt).acts(), ["kill 1"]);
});

test("stop where hotpod forwards: clients are let go first, then SIGTERM", () => {
  const scene = new Scene({ handover: "proxy" }).serving().take(term).pass(2_000);
  assert.deepEqual(scene.acts(), ["stop-accepting", "await-queue 1"]);
  assert.deepEqual(scene.take({ kind: "queue-emptied", generation: 1 }).acts(), ["SIGTERM 1"]);
  // A request that does not end leaves the service half of what is left of its grace.
  const busy = new Scene({ handover: "proxy" }).serving().take(term).pass(15_999);
  assert.deepEqual(busy.acts(), ["stop-accepting", "await-queue 1"]);
  assert.deepEqual(busy.pass(1).acts(), ["SIGTERM 1"]);
});

test("stop before anything ran: 128 and the signal", () => {
  assert.deepEqual(new Scene().take(term).acts(), ["exit 143"]);
  assert.deepEqual(new Scene().boot().take(interrupt).acts(), ["exit 130"]);
});

test("stop: a crash meanwhile is not restarted, its code is the verdict", () => {
  const scene = new Scene().serving().pass(10_000).take(term).exited(1, 9);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1", "exit 9"]);
});

test("stop while the process is being made: SIGTERM follows as soon as it is there", () => {
  const scene = new Scene().boot().read("a").built().take(term).pass(0);
  assert.deepEqual(scene.acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.spawned(1).acts(), ["SIGTERM 1"]);
});

test("signals of others go to the serving generation", () => {
  const scene = new Scene().serving().take({ kind: "signal-received", signal: "SIGQUIT" });
  assert.deepEqual(scene.acts(), ["SIGQUIT 1"]);
});

test("after the end nothing is answered", () => {
  const scene = new Scene().take(term);
  const { state } = scene;
  assert.equal(scene.boot().state, state);
});
