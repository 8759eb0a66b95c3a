import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notice } from "#model/notice.js";
import { defaults, Scene } from "./scene.js";

test("without an image the inputs are read, built, started, and serve", () => {
  const scene = new Scene();
  assert.deepEqual(scene.boot().acts(), ["read"]);
  assert.equal(scene.status().ready.body.status, "starting");
  assert.deepEqual(scene.read("a").acts(), ["build 1 a"]);
  assert.deepEqual(scene.built().acts(), ["start 1 A"]);
  assert.deepEqual(scene.ready(1).acts(), ["steer 1"]);
  const { ready, started, phase, behind } = scene.status();
  assert.deepEqual(ready, { code: 200, body: { status: "ready", generation: 1, artifact: "A" } });
  assert.equal(started.code, 200);
  assert.equal(phase, "serving");
  assert.equal(behind, null);
});

test("an image starts at once; the first reading is what it stands for", () => {
  const scene = new Scene().boot({ id: "I", content: null });
  assert.deepEqual(scene.acts(), ["start 1 I", "read"]);
  assert.deepEqual(scene.read("a").acts(), []);
  scene.ready(1);
  assert.equal(scene.status().behind, null);
  assert.deepEqual(scene.change("a").acts(), []);
  assert.deepEqual(scene.change("b").acts(), ["build 1 b"]);
  scene.change("a");
  assert.deepEqual(scene.acts(), ["cancel 1"]);
  assert.equal(scene.take({ kind: "build-cancelled", build: 1 }).acts().length, 0);
});

test("a hand-over that is chosen counts for every end after it, and a changed policy does not undo it", () => {
  const scene = new Scene().serving();
  assert.deepEqual(scene.status().handover, { kind: "inherit", why: null });
  const why = { kind: "bound", address: ":8080" } as const;
  const chosen = scene.take({ kind: "handover-chosen", handover: "transparent", why });
  assert.deepEqual(chosen.notices(), ["handover-chosen"]);
  assert.deepEqual(scene.status().handover, { kind: "transparent", why });
  scene.take({ kind: "policy-changed", policy: { ...defaults, lingerMs: 20 } });
  assert.equal(scene.status().handover.kind, "transparent");
  assert.deepEqual(scene.swap("b", 1, 2).pass(20).acts(), ["await-queue 1"]);
  assert.deepEqual(
    scene.pass(5_000).asked("signal"),
    [],
    "it answers as long as its drain may take",
  );
});

test("a swap: measured, started beside, steered, the old one lingers, empties, drains, goes", () => {
  const scene = new Scene().serving();
  assert.deepEqual(scene.change("b").acts(), ["build 2 b"]);
  assert.deepEqual(scene.built().acts(), ["measure-memory 1"]);
  assert.deepEqual(scene.roomy(1).acts(), ["start 2 B"]);
  assert.equal(scene.status().ready.code, 200);
  assert.deepEqual(scene.ready(2).acts(), ["steer 2"]);
  assert.deepEqual(scene.pass(1_000).acts(), ["await-queue 1"]);
  const emptied = scene.take({ kind: "queue-emptied", generation: 1 });
  assert.deepEqual(emptied.acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.exited(1, 0).acts(), ["kill 1"]);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1"]);
  assert.deepEqual(scene.state.retiring, []);
});

test("a queue that never empties and a drain that never ends are bounded", () => {
  const scene = new Scene().serving().swap("b", 1, 2);
  assert.deepEqual(scene.pass(1_000 + 3_000).acts(), ["await-queue 1", "SIGTERM 1"]);
  assert.deepEqual(scene.pass(25_000).acts(), ["kill 1"]);
  assert.deepEqual(scene.exited(1, "SIGKILL").notices(), ["drain-ended"]);
  assert.deepEqual(scene.acts(), []);
});

test("touching a file starts nothing; two notices in one reading are read twice", () => {
  const scene = new Scene().serving();
  assert.deepEqual(scene.change("a").acts(), []);
  scene.take({ kind: "change-noticed" }).take({ kind: "change-noticed" });
  assert.deepEqual(scene.acts(), []);
  assert.deepEqual(scene.read("a").acts(), ["read"]);
});

test("a burst costs one cancel and ends on the last content", () => {
  const scene = new Scene().serving().change("b");
  scene.at += 10;
  assert.deepEqual(scene.change("c").acts(), ["cancel 2"]);
  scene.take({ kind: "build-cancelled", build: 2 });
  scene.at += 10;
  assert.deepEqual(scene.change("d").acts(), []);
  assert.deepEqual(scene.pass(29).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["build 3 d"]);
});

test("what may be half saved is built when nothing more has come for a debounce", () => {
  const scene = new Scene().serving();
  assert.deepEqual(scene.change("without a file", true).acts(), []);
  scene.at += 10;
  assert.deepEqual(scene.change("whole").acts(), []);
  assert.deepEqual(scene.pass(29).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["build 2 whole"]);
});

test("a file that was really removed is built without, a debounce later", () => {
  const scene = new Scene().serving();
  assert.deepEqual(scene.change("without a file", true).acts(), []);
  assert.deepEqual(scene.pass(30).acts(), ["build 2 without a file"]);
  scene.built();
  assert.deepEqual(scene.change("next").acts(), ["build 3 next"]);
});

test("a file that is back as it was is no change", () => {
  const scene = new Scene().serving().change("without a file", true);
  assert.deepEqual(scene.change("a").notices(), ["change-seen", "change-unbuilt"]);
  assert.deepEqual(scene.pass(100).acts(), []);
  assert.deepEqual(scene.change("b").acts(), ["build 2 b"]);
});

test("a never-ending writer cannot starve a build", () => {
  const scene = new Scene().serving().change("b0");
  for (let at = 0; at < 10_000; at += 20) {
    scene.pass(20).change(`b${at + 20}`);
    if (scene.state.build.kind === "cancelling") {
      scene.take({ kind: "build-cancelled", build: scene.state.build.build });
    }
  }
  assert.equal(scene.state.build.kind, "running");
  const kept = scene.state.build.build;
  scene.pass(20).change("newer");
  assert.equal(scene.state.build.kind, "running");
  assert.equal(scene.state.build.build, kept);
  assert.deepEqual(scene.built("X").acts(), [`build ${kept + 1} newer`, "measure-memory 1"]);
});

test("the same bytes are no reason to swap", () => {
  const scene = new Scene().serving().change("b");
  assert.deepEqual(scene.built("A").notices(), ["build-succeeded", "artifact-unchanged"]);
  assert.equal(scene.status().behind, null);
  assert.deepEqual(scene.change("b").acts(), []);
});

test("a newer artifact supersedes a candidate", () => {
  const scene = new Scene().serving().change("b").built().roomy(1).spawned(2).change("c").built();
  assert.deepEqual(scene.acts(), ["kill 2", "measure-memory 1"]);
  assert.deepEqual(scene.roomy(1).acts(), ["start 3 C"]);
  scene.at += 7;
  assert.deepEqual(scene.exited(2, "SIGKILL").acts(), []);
  const end = { kind: "candidate-withdrawn", generation: 2, why: "superseded", ranMs: 7 };
  assert.deepEqual(told(scene), [end]);
  assert.deepEqual(scene.gone(2).acts(), ["release-sockets 2"]);
  assert.deepEqual(told(scene), []);
});

test("the end of a candidate that nobody needs is told once, whichever way it is seen, and with its reason", () => {
  const starting = () => new Scene().serving().change("b").built().roomy(1);
  const reverted = starting().spawned(2).change("a");
  assert.deepEqual(reverted.acts(), ["kill 2"]);
  const unseen = reverted.gone(2);
  const end = { kind: "candidate-withdrawn", generation: 2, ranMs: 0 };
  assert.deepEqual(told(unseen), [{ ...end, why: "reverted" }]);
  const stopping = starting().spawned(2);
  stopping.take({ kind: "stop-requested", signal: "SIGTERM", terminal: false });
  assert.deepEqual(told(stopping.exited(2, "SIGKILL")), [{ ...end, why: "stopping" }]);
  const spawning = starting().change("a").spawned(2);
  assert.deepEqual(spawning.acts(), ["kill 2"]);
  assert.deepEqual(told(spawning.exited(2, "SIGKILL")), [{ ...end, why: "reverted" }]);
  const never = starting().change("a");
  never.take({ kind: "spawn-failed", generation: 2, reason: "no memory" });
  assert.deepEqual(told(never), [], "nothing of it was ever there");
  const failed = starting().spawned(2).exited(2, 1).gone(2);
  assert.ok(!told(failed).some(({ kind }) => kind === "candidate-withdrawn"), "it failed");
});

test("with one process at a time, a start that a newer artifact supersedes is told, too", () => {
  const scene = new Scene({ handover: "restart" }).serving().change("b").built();
  scene.exited(1, 0).gone(1).spawned(2);
  assert.deepEqual(scene.change("c").built().acts(), ["kill 2"]);
  const end = { kind: "candidate-withdrawn", generation: 2, why: "superseded", ranMs: 0 };
  assert.deepEqual(told(scene.exited(2, "SIGKILL")), [end]);
});

const told = (scene: Scene): readonly Notice[] =>
  scene.asked("announce").map(({ notice }) => notice);

test("where hotpod forwards, the old one is asked to end once it has answered everything, or its time is over", () => {
  const forwarding = { handover: "proxy", standby: false } as const;
  const scene = new Scene(forwarding).serving().swap("b", 1, 2);
  assert.deepEqual(scene.pass(1_000).acts(), ["await-queue 1"]);
  assert.deepEqual(scene.pass(24_999).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.pass(1_000).acts(), ["kill 1"]);
  const quick = new Scene(forwarding).serving().swap("b", 1, 2).pass(1_000);
  assert.deepEqual(quick.take({ kind: "queue-emptied", generation: 1 }).acts(), ["SIGTERM 1"]);
  assert.deepEqual(quick.pass(24_999).acts(), []);
  assert.deepEqual(quick.pass(1).acts(), ["kill 1"]);
});

test("restart order: the old one ends first, the new one takes its sockets", () => {
  const scene = new Scene({ handover: "restart" }).serving().change("b");
  assert.deepEqual(scene.built().acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.status().ready, { code: 200, body: { status: "reloading" } });
  assert.deepEqual(scene.exited(1, 0).acts(), ["kill 1"]);
  assert.deepEqual(scene.gone(1).acts(), ["start 2 B on 1"]);
  scene.ready(2);
  assert.equal(scene.status().ready.code, 200);
  assert.deepEqual(scene.acts(), []);
});

test("short memory: in restart order, or held with the numbers in the status", () => {
  const memory = { limitBytes: 100 * 2 ** 20, usedBytes: 80 * 2 ** 20, generationBytes: 2 ** 20 };
  const measured = { kind: "memory-measured", generation: 1, memory } as const;
  const restart = new Scene().serving().change("b").built().take(measured);
  assert.deepEqual(restart.acts(), ["start 2 B"]);
  const short = { ...memory, usedBytes: 90 * 2 ** 20 };
  const tight = new Scene()
    .serving()
    .change("b")
    .built()
    .take({ ...measured, memory: short });
  assert.deepEqual(tight.acts(), ["SIGTERM 1"]);
  const headroom = { percentOfLimit: 10, minBytes: 0 };
  const hold = new Scene({ memory: { headroom, policy: "hold" } }).serving().change("b").built();
  hold.take({ ...measured, memory: short });
  assert.deepEqual(hold.acts(), []);
  assert.match(hold.status().behind ?? "", /held: it needs 11Mi .* 10Mi of 100Mi are free/);
});

test("ready by accepting takes 250 ms of life; a hello means that READY=1 will come", () => {
  const scene = new Scene().boot().read("a").built().spawned(1);
  scene.take({ kind: "accepting-seen", generation: 1 });
  assert.deepEqual(scene.pass(249).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["steer 1"]);
  const promised = new Scene().boot().read("a").built().spawned(1);
  promised.take({ kind: "accepting-seen", generation: 1 });
  promised.take({ kind: "notified", generation: 1, notice: "hello" });
  assert.deepEqual(promised.pass(1_000).acts(), []);
  const http = new Scene({ readyHttp: true }).boot().read("a").built().spawned(1);
  http.take({ kind: "accepting-seen", generation: 1 });
  http.take({ kind: "notified", generation: 1, notice: "hello" });
  assert.deepEqual(http.pass(1_000).acts(), []);
  const answer = { kind: "ready-answered", generation: 1, good: true, detail: "200" } as const;
  assert.deepEqual(http.take(answer).acts(), ["steer 1"]);
});

test("hold: not ready from the first change until the next success or the revert", () => {
  const scene = new Scene({ readiness: "hold" }).serving().change("b");
  assert.deepEqual(scene.status().ready, { code: 503, body: { status: "reloading" } });
  const failure = { kind: "unusable", detail: "x" } as const;
  scene.take({ kind: "build-failed", build: 2, failure });
  assert.equal(scene.status().ready.code, 503);
  assert.equal(scene.change("a").status().ready.code, 200);
  scene.swap("c", 1, 2);
  assert.equal(scene.status().ready.code, 200);
});

test("an update waits until the generation it would push out has had time to finish", () => {
  const scene = new Scene().serving().swap("b", 1, 2);
  scene.at += 500;
  assert.deepEqual(scene.change("c").built().acts(), []);
  assert.match(scene.status().behind ?? "", /C/);
  assert.deepEqual(scene.pass(500).acts(), ["await-queue 1"]);
  assert.deepEqual(scene.take({ kind: "queue-emptied", generation: 1 }).acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.pass(999).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["measure-memory 2"]);
  assert.deepEqual(scene.roomy(2).ready(3).acts(), ["steer 3", "kill 1"]);
});

test("a generation that has ended leaves room at once, and a crash waits for nobody", () => {
  const scene = new Scene().serving().swap("b", 1, 2).change("c").built();
  assert.deepEqual(scene.acts(), []);
  assert.deepEqual(scene.exited(1, 0).acts(), ["kill 1", "measure-memory 2"]);
  scene.gone(1).roomy(2).ready(3);
  assert.deepEqual(scene.exited(3, 1).acts().slice(0, 1), ["kill 3"]);
  assert.ok(
    scene
      .gone(3)
      .acts()
      .some((act) => act.startsWith("start 4")),
  );
});

test("a candidate is not superseded for ever: past the starve limit it is left to start", () => {
  const scene = new Scene().serving().change("b").built().roomy(1).spawned(2);
  assert.deepEqual(scene.change("c").built().acts(), ["kill 2", "measure-memory 1"]);
  scene.roomy(1).spawned(3);
  scene.at += 10_000;
  assert.deepEqual(scene.change("d").built().acts(), []);
  const ready = scene.take({ kind: "notified", generation: 3, notice: "ready" });
  assert.deepEqual(ready.acts(), ["steer 3"]);
  assert.equal(scene.status().wanted, "d");
  scene.exited(1, 0).gone(1);
  assert.deepEqual(scene.roomy(3).acts(), ["start 4 D"]);
});
