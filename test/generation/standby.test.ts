import assert from "node:assert/strict";
import { test } from "node:test";
import type { Policy } from "#config/policy.js";
import { defaults, Scene } from "./scene.js";

const MIB = 2 ** 20;

/** Generation 1 stands by, generation 2 is on probation. */
function standing(policy: Partial<Policy> = {}): Scene {
  const scene = new Scene(policy).boot().read("a").built().able(1).pass(10_000);
  scene.change("b").built().roomy(1).able(2);
  return scene.pass(1_000).take({ kind: "queue-emptied", generation: 1 });
}

const phases = (scene: Scene) => scene.status().draining.map(({ phase }) => phase);
const bad = { kind: "liveness-answered", generation: 2, good: false, detail: "500" } as const;

test("the generation before stands by through probation, then ends", () => {
  const scene = standing();
  assert.deepEqual(scene.notices(), ["standing-by"]);
  assert.deepEqual(phases(scene), ["standing-by"]);
  assert.deepEqual(scene.pass(8_999).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["SIGTERM 1"]);
  assert.deepEqual(scene.asked("mark-good"), [{ kind: "mark-good", artifact: "B" }]);
});

test("a crash in probation: it serves again at once, and what waits in the dead one's sockets can be had until then", () => {
  const scene = standing().exited(2, 3);
  assert.deepEqual(scene.acts(), ["kill 2", "steer 1"]);
  assert.deepEqual(scene.notices(), ["quarantined", "rolled-back", "promoted"]);
  assert.equal(scene.status().ready.body.generation, 1);
  assert.deepEqual(scene.gone(2).acts(), ["release-sockets 2"]);
  assert.deepEqual(phases(scene), []);
  assert.deepEqual(scene.change("b").acts(), [], "the bad content is not tried again");
  assert.deepEqual(scene.exited(1, 1).notices(), ["crashed"], "it had proved good before");
});

test("unhealthy in probation: it serves again at once, and the bad one drains", () => {
  const liveness = { periodMs: 2_000, failures: 1 };
  const scene = standing({ liveness });
  scene.pass(1_000).take(bad);
  assert.deepEqual(scene.acts(), ["steer 1"]);
  assert.deepEqual(scene.notices(), ["unhealthy", "quarantined", "rolled-back", "promoted"]);
  assert.deepEqual(phases(scene), ["lingering"]);
  assert.deepEqual(scene.pass(1_000).acts(), ["await-queue 2"]);
  assert.deepEqual(scene.take({ kind: "queue-emptied", generation: 2 }).acts(), ["SIGTERM 2"]);
});

test("ctl rollback goes back to it", () => {
  const scene = standing().take({ kind: "rollback-requested" });
  assert.deepEqual(scene.acts(), ["steer 1"]);
  const told = scene.asked("announce").flatMap(({ notice }) => ("way" in notice ? notice.way : []));
  assert.deepEqual(told, ["warm"]);
});

test("while it lingers it has not been asked to end: whatever it can, it serves again", () => {
  const scene = new Scene().serving().swap("b", 1, 2).pass(500);
  assert.deepEqual(scene.take({ kind: "rollback-requested" }).acts(), ["steer 1"]);
  const crashed = new Scene().serving().swap("b", 1, 2).pass(500).exited(2, 3);
  assert.deepEqual(crashed.acts(), ["kill 2"], "but its sockets are then all that clients have");
});

test("a service that cannot stand by is started again, and it is said", () => {
  for (const ables of [[], [1], [2]] as readonly (readonly number[])[]) {
    const scene = new Scene().boot().read("a").built();
    if (ables.includes(1)) scene.able(1);
    else scene.ready(1);
    scene.change("b").built().roomy(1);
    if (ables.includes(2)) scene.able(2);
    else scene.ready(2);
    scene.pass(1_000).take({ kind: "queue-emptied", generation: 1 });
    assert.deepEqual(scene.acts(), ["SIGTERM 1"], `those that can: ${ables.join()}`);
    scene.exited(1, 0).gone(1).exited(2, 3);
    const told = scene
      .asked("announce")
      .flatMap(({ notice }) => ("way" in notice ? notice.way : []));
    assert.deepEqual(told, ["cold"]);
    assert.deepEqual(scene.gone(2).acts(), ["start 3 A on 2"]);
  }
});

test("where hotpod forwards, every service can", () => {
  const scene = new Scene({ handover: "proxy" }).serving().swap("b", 1, 2).pass(1_000);
  scene.take({ kind: "queue-emptied", generation: 1 });
  assert.deepEqual(phases(scene), ["standing-by"]);
  assert.deepEqual(scene.exited(2, 3).acts(), ["kill 2", "steer 1"]);
});

test("nothing that may need its memory or its place comes while it stands by", () => {
  assert.deepEqual(standing().change("c").acts(), ["build 3 c", "SIGTERM 1"]);
  const policy = { ...defaults, standby: false };
  assert.deepEqual(standing().take({ kind: "policy-changed", policy }).acts(), ["SIGTERM 1"]);
  const stopped = standing().take({ kind: "stop-requested", signal: "SIGTERM", terminal: false });
  assert.deepEqual(stopped.pass(2_000).acts(), ["SIGTERM 2", "SIGTERM 1"]);
});

test("memory that must stay free is worth more", () => {
  const limitBytes = 200 * MIB;
  const measured = (usedBytes: number) =>
    ({
      kind: "memory-measured",
      generation: 1,
      memory: { limitBytes, usedBytes, generationBytes: 50 * MIB },
    }) as const;
  assert.deepEqual(standing().acts(), ["measure-memory 1"]);
  assert.deepEqual(
    standing()
      .take(measured(180 * MIB))
      .acts(),
    [],
  );
  const short = standing().take(measured(181 * MIB));
  assert.deepEqual(short.acts(), ["SIGTERM 1"]);
  assert.deepEqual(short.notices(), ["memory-short", "drain-started"]);
});

test("one that ends while it stands by is no way back", () => {
  const scene = standing().exited(1, 1);
  assert.deepEqual(scene.acts(), ["kill 1"]);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1"]);
  assert.deepEqual(scene.exited(2, 3).gone(2).acts(), ["start 3 A on 2"]);
});

test("back again, it is replaced as any other", () => {
  const scene = standing().exited(2, 3).gone(2);
  scene.change("c").built().roomy(1).able(3);
  assert.ok(scene.acts().includes("steer 3"));
  scene.pass(1_000).take({ kind: "queue-emptied", generation: 1 });
  assert.deepEqual(phases(scene), ["standing-by"]);
});

test("the status tells beforehand whether a rollback needs a start, and why", () => {
  const cold = (scene: Scene) => {
    const way = scene.status().rollback;
    return way?.way === "cold" ? way.why : way?.way;
  };
  assert.equal(new Scene().serving().status().rollback, null);
  const scene = standing();
  const warm = { way: "warm", artifact: "A", generation: 1, standsBy: true };
  assert.deepEqual(scene.status().rollback, warm);
  assert.deepEqual(cold(scene.pass(10_000)), { kind: "proved" });
  const lingering = new Scene().serving().swap("b", 1, 2).pass(500);
  assert.deepEqual(lingering.status().rollback, { ...warm, standsBy: false });
  const unable = new Scene().serving().swap("b", 1, 2).pass(1_000);
  unable.take({ kind: "queue-emptied", generation: 1 });
  assert.deepEqual(cold(unable), { kind: "unable" });
  assert.deepEqual(cold(standing({ standby: false })), { kind: "off", key: "standby" });
  assert.deepEqual(cold(standing({ rollback: false })), { kind: "off", key: "rollback" });
  const transparent = standing({ handover: "transparent" });
  assert.deepEqual(cold(transparent), { kind: "handover", handover: "transparent" });
  assert.deepEqual(cold(standing().exited(1, 0).gone(1)), { kind: "ended" });
});
