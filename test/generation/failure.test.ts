import assert from "node:assert/strict";
import { test } from "node:test";
import { defaults, Scene } from "./scene.js";

test("a candidate that exits leaves everything as it was, and its content is not tried again", () => {
  const scene = new Scene().serving().change("b").built().roomy(1).spawned(2).exited(2, 1);
  assert.deepEqual(scene.acts(), ["kill 2"]);
  assert.deepEqual(scene.notices(), ["candidate-failed", "quarantined"]);
  assert.deepEqual(scene.gone(2).acts(), ["release-sockets 2"]);
  assert.equal(scene.status().ready.body.generation, 1);
  assert.match(scene.status().behind ?? "", /content b failed before/);
  scene.change("c").change("b");
  assert.ok(scene.all.some((one) => one.kind === "announce" && one.notice.kind === "change-seen"));
  assert.deepEqual(scene.notices(), ["change-seen", "change-unbuilt"]);
  assert.deepEqual(scene.acts(), ["cancel 3"]);
});

test("a candidate that is never ready is killed when its time is over", () => {
  const scene = new Scene().serving().change("b").built().roomy(1).spawned(2);
  scene.take({ kind: "ready-answered", generation: 2, good: false, detail: "502" });
  assert.deepEqual(scene.pass(60_000).acts(), ["kill 2"]);
  const failed = scene.asked("announce").find(({ notice }) => notice.kind === "candidate-failed");
  assert.deepEqual(failed?.notice, {
    kind: "candidate-failed",
    generation: 2,
    artifact: { id: "B", content: "b" },
    why: { kind: "ready-timeout", afterMs: 60_000, lastAnswer: "502" },
  });
});

test("a spawn that fails needs no kill", () => {
  const scene = new Scene().serving().change("b").built().roomy(1);
  scene.take({ kind: "spawn-failed", generation: 2, reason: "EACCES" });
  assert.deepEqual(scene.state.retiring, []);
  assert.deepEqual(scene.status().quarantine, ["B"]);
});

test("failing in probation puts the previous artifact back, on the same sockets", () => {
  const scene = new Scene().serving().swap("b", 1, 2).pass(500).exited(2, 3);
  assert.deepEqual(scene.acts(), ["kill 2"]);
  assert.deepEqual(scene.notices(), ["quarantined", "rolled-back"]);
  assert.equal(scene.status().ready.code, 503);
  assert.deepEqual(scene.gone(2).acts(), ["start 3 A on 2"]);
  assert.deepEqual(scene.ready(3).acts(), []);
  assert.equal(scene.status().ready.body.artifact, "A");
  assert.deepEqual(scene.change("b").acts(), []);
});

test("unhealthy in probation: the previous artifact comes beside, then the bad one drains", () => {
  const liveness = { periodMs: 100, failures: 2 };
  const scene = new Scene({ liveness, lingerMs: 0 }).serving().swap("b", 1, 2).pass(0);
  scene.take({ kind: "queue-emptied", generation: 1 }).pass(100);
  const bad = { kind: "liveness-answered", generation: 2, good: false, detail: "500" } as const;
  scene.take(bad).pass(100).take(bad);
  assert.deepEqual(scene.acts(), ["measure-memory 2"]);
  assert.equal(scene.status().live.code, 200);
  assert.deepEqual(scene.roomy(2).acts(), ["start 3 A"]);
  assert.deepEqual(scene.ready(3).acts(), ["steer 3", "kill 1"]);
});

test("after probation a crash restarts the same artifact, a bounded number of times", () => {
  const scene = new Scene().serving().pass(10_000);
  assert.deepEqual(scene.asked("mark-good"), [{ kind: "mark-good", artifact: "A" }]);
  for (const restart of [1, 2, 3]) {
    scene.exited(restart, 0);
    assert.deepEqual(scene.notices(), ["crashed"]);
    assert.deepEqual(scene.gone(restart).acts(), [`start ${restart + 1} A on ${restart}`]);
    scene.ready(restart + 1);
  }
  assert.deepEqual(scene.exited(4, "SIGSEGV").notices(), ["crash-limit-reached"]);
  assert.deepEqual(scene.gone(4).acts(), ["release-sockets 4", "exit 139"]);
});

test("crashes outside the window are forgotten", () => {
  const scene = new Scene().serving().pass(10_000);
  for (let generation = 1; generation < 10; generation++) {
    scene
      .exited(generation, 1)
      .gone(generation)
      .ready(generation + 1)
      .pass(20_001);
  }
  assert.equal(scene.status().ready.body.generation, 10);
});

test("a crash with exit code 0 still ends the program with a failure", () => {
  const scene = new Scene({ crash: { restarts: 0, windowMs: 1 } }).serving().pass(10_000);
  assert.deepEqual(scene.exited(1, 0).gone(1).acts(), ["release-sockets 1", "exit 1"]);
});

test("a first generation that fails: restarted in a container, waited on before a terminal", () => {
  const pod = new Scene().boot().read("a").built().spawned(1).exited(1, 7);
  assert.deepEqual(pod.gone(1).acts(), ["start 2 A on 1"]);
  for (const generation of [2, 3, 4])
    pod.spawned(generation).exited(generation, 7).gone(generation);
  assert.deepEqual(pod.acts(), ["release-sockets 4", "exit 7"]);
  const laptop = new Scene({}, true).boot().read("a").built().spawned(1).exited(1, 7).gone(1);
  assert.deepEqual(laptop.acts(), []);
  assert.equal(laptop.status().phase, "waiting");
  assert.match(laptop.status().behind ?? "", /artifact A failed; waiting for a change/);
  assert.deepEqual(laptop.change("b").built().acts(), ["start 2 B on 1"]);
});

test("an unhealthy service is renewed; liveness turns red when that does not help", () => {
  const liveness = { periodMs: 1_000, failures: 1 };
  const scene = new Scene({ liveness, probationMs: 500 }).serving().pass(1_000);
  const bad = (generation: number) =>
    ({ kind: "liveness-answered", generation, good: false, detail: "timeout" }) as const;
  scene.take(bad(1));
  assert.deepEqual(scene.notices(), ["unhealthy"]);
  scene.roomy(1).ready(2);
  assert.equal(scene.status().live.code, 200);
  scene.pass(1_000).take(bad(2));
  assert.equal(scene.status().live.code, 503);
  scene.pass(1_000);
  scene.take({ kind: "liveness-answered", generation: 2, good: true, detail: "200" });
  assert.equal(scene.status().live.code, 200);
});

test("in restart order a candidate that fails gives its sockets back to the old artifact", () => {
  const scene = new Scene({ handover: "restart" }).serving().change("b").built().exited(1, 0);
  scene.gone(1).spawned(2).exited(2, 1);
  assert.deepEqual(scene.notices(), ["candidate-failed", "quarantined", "rolled-back"]);
  assert.deepEqual(scene.gone(2).acts(), ["start 3 A on 2"]);
});

test("in restart order a spawn that fails leaves the sockets where they were", () => {
  const scene = new Scene({ handover: "restart" }).serving().change("b").built().exited(1, 0);
  scene.gone(1).take({ kind: "spawn-failed", generation: 2, reason: "ENOENT" });
  assert.deepEqual(scene.acts(), ["kill 2", "start 3 A on 1"].slice(-scene.acts().length));
  assert.equal(scene.acts().at(-1), "start 3 A on 1");
});

test("a build that fails, times out or is incomplete leaves what serves alone", () => {
  const scene = new Scene({ buildTimeoutMs: 5_000 }).serving().change("b");
  assert.deepEqual(scene.pass(5_000).acts(), ["cancel 2"]);
  const late = scene.take({ kind: "build-cancelled", build: 2 });
  assert.deepEqual(late.notices(), ["build-failed"]);
  assert.match(scene.status().behind ?? "", /took too long/);
  scene.change("c");
  const failure = { kind: "incomplete", detail: "half an ELF" } as const;
  scene.take({ kind: "build-failed", build: 3, failure });
  assert.deepEqual(scene.acts(), []);
  assert.deepEqual(scene.change("c").acts(), ["build 4 c"]);
});

test("a success that raced its cancel is used if its content is wanted again", () => {
  const scene = new Scene().serving().change("b").change("c");
  assert.deepEqual(scene.acts(), ["cancel 2"]);
  assert.deepEqual(scene.change("b").built().acts(), ["measure-memory 1"]);
});

test("paused: the change is noted, and built on resume", () => {
  const scene = new Scene().serving().take({ kind: "pause-changed", paused: true }).change("b");
  assert.deepEqual(scene.acts(), []);
  assert.equal(scene.status().behind, "updates are paused");
  assert.deepEqual(scene.take({ kind: "pause-changed", paused: false }).acts(), ["build 2 b"]);
  const byPolicy = new Scene({ paused: true }).boot({ id: "I", content: null }).read("a").ready(1);
  byPolicy.change("b").take({ kind: "policy-changed", policy: defaults });
  assert.deepEqual(byPolicy.acts(), ["build 1 b"]);
});

test("paused from the start: the first one starts all the same, what follows waits", () => {
  const scene = new Scene({ paused: true }).boot().read("a");
  assert.deepEqual(scene.acts(), ["build 1 a"]);
  assert.deepEqual(scene.built().ready(1).status().ready.code, 200);
  assert.deepEqual(scene.change("b").acts(), []);
  assert.match(scene.status().behind ?? "", /updates are paused/);
  assert.deepEqual(scene.take({ kind: "pause-changed", paused: false }).acts(), ["build 2 b"]);
});

test("a reload starts a new generation of what did not change, and lifts a quarantine", () => {
  const scene = new Scene().serving().take({ kind: "reload-requested" });
  assert.deepEqual(scene.acts(), ["read"]);
  assert.deepEqual(scene.read("a").acts(), ["build 2 a"]);
  assert.deepEqual(scene.built().acts(), ["measure-memory 1"]);
  assert.deepEqual(scene.roomy(1).acts(), ["start 2 A"]);
  scene.ready(2).exited(1, 0).gone(1);
  scene.change("b").built().roomy(2).spawned(3).exited(3, 1).gone(3);
  assert.deepEqual(scene.status().quarantine, ["B"]);
  scene.take({ kind: "reload-requested" }).read("b");
  assert.deepEqual(scene.acts(), ["build 4 b"]);
  assert.deepEqual(scene.status().quarantine, []);
});

test("a rollback that is asked for goes back and stays there until a change", () => {
  const scene = new Scene().serving().swap("b", 1, 2).pass(10_000);
  assert.deepEqual(scene.take({ kind: "rollback-requested" }).acts(), ["measure-memory 2"]);
  assert.deepEqual(scene.roomy(2).acts(), ["start 3 A"]);
  scene.ready(3);
  assert.equal(scene.status().ready.body.artifact, "A");
  assert.deepEqual(scene.change("b").acts(), []);
  assert.deepEqual(scene.change("c").acts(), ["build 3 c"]);
});

test("boot last-good: it starts instead of the image, which catches its fall", () => {
  const [image, lastGood] = [
    { id: "I", content: null },
    { id: "L", content: null },
  ];
  const scene = new Scene({ boot: "last-good" }).boot(image, lastGood);
  assert.deepEqual(scene.acts(), ["start 1 L", "read"]);
  assert.deepEqual(scene.read("a").acts(), []);
  scene.spawned(1).exited(1, 1);
  assert.deepEqual(scene.gone(1).acts(), ["start 2 I on 1"]);
});

test("what the image does not hold is drift, also when the next boot will run it", () => {
  const scene = new Scene().boot({ id: "I", content: null }).read("a").ready(1);
  assert.equal(scene.status().drift, false);
  scene.change("b").built().roomy(1).ready(2);
  assert.ok(scene.notices().includes("drift"));
  assert.equal(scene.status().drift, true);
  assert.deepEqual(scene.status().nextBoot, { id: "I", content: null });
  const again = new Scene({ boot: "last-good" });
  again.boot({ id: "I", content: null }, { id: "L", content: null }).read("a").ready(1);
  assert.equal(again.status().nextBoot?.id, "L");
  assert.equal(again.status().drift, true);
});
