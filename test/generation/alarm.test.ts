import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults, Scene } from "./scene.js";

test("a stale wake changes nothing", () => {
  const scene = new Scene().serving();
  const { state } = scene;
  assert.equal(scene.take({ kind: "woke", wake: 1 }).state, state);
  assert.deepEqual(scene.commands, []);
});

test("a wake that comes early asks for the rest", () => {
  const scene = new Scene().serving();
  const { alarm } = scene.state;
  assert.ok(alarm !== null);
  scene.at = alarm.at - 1;
  scene.take({ kind: "woke", wake: alarm.wake });
  assert.deepEqual(scene.acts(), []);
  assert.equal(scene.state.alarm?.at, alarm.at);
});

test("what happens while a wake is late asks for no other one", () => {
  const liveness = { periodMs: 1_000, failures: 1 };
  const scene = new Scene().serving();
  scene.at = 30_000;
  scene.take({ kind: "policy-changed", policy: { ...defaults, liveness } });
  const { alarm } = scene.state;
  scene.take({ kind: "change-noticed" });
  assert.deepEqual(scene.asked("wake-at"), []);
  assert.equal(scene.state.alarm, alarm);
});

test("a policy that changes moves the deadlines under way", () => {
  const scene = new Scene().boot().read("a").built().spawned(1);
  scene.take({ kind: "policy-changed", policy: { ...defaults, readyTimeoutMs: 100 } });
  assert.deepEqual(scene.pass(100).acts(), ["kill 1"]);
});

test("a burst that a stop interrupts wakes nobody", () => {
  const scene = new Scene({ shutdownDelayMs: 20_000 }).serving().change("b").change("c");
  scene.take({ kind: "build-cancelled", build: 2 });
  scene.take({ kind: "stop-requested", signal: "SIGTERM", terminal: false });
  scene.pass(1_000);
  assert.ok(scene.asked("wake-at").length <= 1);
});
