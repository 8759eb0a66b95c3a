import assert from "node:assert/strict";
import { test } from "node:test";
import type { Policy } from "#config/policy.js";
import type { Notice } from "#model/notice.js";
import { defaults, Scene } from "./scene.js";

const CANARY: Partial<Policy> = { canary: { percent: 10, forMs: 5_000 } };
const LIVENESS = { periodMs: 1_000, failures: 2 };

/** Generation 1 serves A, generation 2 of B is the canary. */
const canary = (policy: Partial<Policy> = {}): Scene =>
  new Scene({ ...CANARY, ...policy }).serving().swap("b", 1, 2);

const answer = (scene: Scene, generation: number, good: boolean): Scene =>
  scene.take({ kind: "liveness-answered", generation, good, detail: good ? "200" : "500" });

const weigh = (scene: Scene, percent: number): Scene => {
  const policy = { ...defaults, ...CANARY, canary: { percent, forMs: 5_000 } };
  return scene.take({ kind: "policy-changed", policy });
};

function told<K extends Notice["kind"]>(scene: Scene, kind: K): Extract<Notice, { kind: K }>[] {
  const notices = scene.all.flatMap((one) => (one.kind === "announce" ? [one.notice] : []));
  return notices.filter((one) => one.kind === kind) as Extract<Notice, { kind: K }>[];
}

test("a candidate that is ready gets a share first, then everything", () => {
  const scene = canary();
  assert.deepEqual(scene.acts(), ["share 10 2"]);
  assert.deepEqual(scene.notices(), ["generation-ready", "canary-started"]);
  const status = scene.status();
  assert.deepEqual(status.ready, {
    code: 200,
    body: { status: "ready", generation: 1, artifact: "A", canary: 2, canaryPercent: 10 },
  });
  assert.equal(status.serving?.generation, 1);
  assert.equal(status.candidate?.phase, "canary");
  assert.deepEqual(status.canary, { percent: 10, endsAt: 5_000 });
  assert.match(status.behind ?? "", /generation 2 of artifact B gets 10 % of new connections/);
  assert.deepEqual(scene.pass(4_999).acts(), []);
  assert.deepEqual(scene.pass(1).acts(), ["steer 2"]);
  assert.deepEqual(scene.notices(), ["promoted", "drift"]);
  assert.deepEqual(told(scene, "promoted").at(-1)?.changeMs, 5_000);
  assert.equal(scene.status().canary, null);
  assert.equal(scene.status().behind, null);
  assert.deepEqual(scene.pass(1_000).acts(), ["await-queue 1"]);
  // Its probation begins now.
  assert.deepEqual(scene.exited(2, 1).gone(2).acts(), ["start 3 A on 2"]);
});

test("0, 100, no time, sockets that cannot be divided, and restart order: everything at once", () => {
  for (const policy of [
    { canary: { percent: 0, forMs: 5_000 } },
    { canary: { percent: 100, forMs: 5_000 } },
    { canary: { percent: 10, forMs: 0 } },
  ]) {
    assert.deepEqual(canary(policy).acts(), ["steer 2"]);
  }
  const undivided = new Scene(CANARY);
  undivided.state = { ...undivided.state, facts: { terminal: false, weighs: false } };
  assert.deepEqual(undivided.serving().swap("b", 1, 2).acts(), ["steer 2"]);
  const restart = new Scene({ ...CANARY, handover: "restart" }).serving().change("b").built();
  assert.deepEqual(restart.acts(), ["SIGTERM 1"]);
  assert.deepEqual(told(restart.exited(1, 0).gone(1).ready(2), "canary-started"), []);
});

test("the first generation and what mends a failure are no canaries", () => {
  const scene = new Scene(CANARY).serving();
  assert.deepEqual(scene.acts(), ["steer 1"]);
  scene.exited(1, 1).gone(1).ready(2);
  assert.deepEqual(told(scene, "canary-started"), []);
  assert.equal(scene.status().serving?.generation, 2);
});

test("a canary that ends sends everything back; its content is not tried again", () => {
  const scene = canary({ rollback: false });
  assert.deepEqual(scene.exited(2, 3).acts(), ["steer 1", "kill 2"]);
  assert.deepEqual(scene.notices(), ["quarantined", "rolled-back"]);
  const [back] = told(scene, "rolled-back");
  assert.deepEqual([back?.generation, back?.from.id, back?.to.id], [2, "B", "A"]);
  assert.deepEqual(scene.gone(2).acts(), ["release-sockets 2"]);
  assert.equal(scene.status().serving?.generation, 1);
  assert.match(scene.status().behind ?? "", /content b failed before/);
  assert.deepEqual(scene.change("a").change("b").acts(), []);
  assert.deepEqual(scene.pass(60_000).acts(), []);
});

test("a canary of which nothing is left has ended, whatever was not told before", () => {
  const scene = canary();
  assert.deepEqual(scene.gone(2).acts(), ["steer 1", "kill 2", "release-sockets 2"]);
  assert.equal(scene.status().candidate, null);
});

test("a canary that answers badly too often goes back and drains; while in doubt it is not promoted", () => {
  const scene = canary({ liveness: LIVENESS });
  assert.deepEqual(scene.acts(), ["share 10 2", "probe-liveness 2"]);
  answer(scene, 2, true).pass(4_500);
  answer(answer(scene, 1, true), 2, false);
  assert.equal(scene.status().canary?.endsAt, null);
  assert.deepEqual(scene.pass(1_000).acts().includes("steer 2"), false);
  assert.deepEqual(answer(scene, 2, false).acts(), ["steer 1"]);
  assert.deepEqual(scene.notices(), ["unhealthy", "quarantined", "rolled-back"]);
  assert.deepEqual(scene.pass(1_000).acts().includes("await-queue 2"), true);
  assert.deepEqual(scene.take({ kind: "queue-emptied", generation: 2 }).acts(), ["SIGTERM 2"]);
});

test("a canary that answers well again is promoted when its time is over", () => {
  const scene = canary({ liveness: LIVENESS });
  answer(scene, 2, false).pass(5_500);
  assert.equal(scene.status().canary?.endsAt, null);
  answer(scene, 2, true);
  assert.deepEqual(scene.pass(0).acts(), ["probe-liveness 2"]);
  answer(scene, 2, true);
  assert.deepEqual(scene.pass(0).acts(), ["steer 2"]);
});

test("the weight counts at once: more, none, none for any time, and all", () => {
  const scene = canary();
  assert.deepEqual(weigh(scene, 50).acts(), ["share 50 2"]);
  assert.deepEqual(scene.notices(), ["canary-weighed"]);
  assert.deepEqual(weigh(scene, 50).acts(), []);
  assert.deepEqual(weigh(scene, 0).acts(), ["share 0 2"]);
  assert.deepEqual(scene.pass(600_000).acts(), []);
  assert.match(scene.status().behind ?? "", /weight of 0/);
  assert.equal(scene.status().ready.body.canaryPercent, 0);
  assert.deepEqual(weigh(scene, 100).acts(), ["steer 2"]);
});

test("a person ends the phase in either direction", () => {
  const promoted = canary().take({ kind: "promote-requested" });
  assert.deepEqual(promoted.acts(), ["steer 2"]);
  assert.deepEqual(promoted.take({ kind: "promote-requested" }).acts(), []);
  const back = canary().take({ kind: "rollback-requested" });
  assert.deepEqual(back.acts(), ["steer 1"]);
  assert.deepEqual(back.notices(), ["quarantined", "rolled-back"]);
  assert.equal(back.status().serving?.artifact.id, "A");
  assert.deepEqual(back.status().quarantine, ["B"]);
  assert.deepEqual(back.pass(1_000).acts(), ["await-queue 2"]);
});

test("a newer artifact replaces a canary, which drains first", () => {
  const scene = canary().pass(1_000).change("c").built();
  assert.deepEqual(scene.acts(), ["steer 1"]);
  assert.deepEqual(told(scene, "canary-withdrawn")[0]?.why, "superseded");
  assert.deepEqual(scene.status().quarantine, []);
  scene.pass(1_000);
  assert.deepEqual(scene.acts(), ["await-queue 2"]);
  assert.deepEqual(scene.take({ kind: "queue-emptied", generation: 2 }).acts(), ["SIGTERM 2"]);
  assert.deepEqual(scene.exited(2, 0).acts(), ["kill 2", "measure-memory 1"]);
  assert.deepEqual(scene.gone(2).roomy(1).ready(3).acts(), ["share 10 3"]);
  scene.pass(5_000);
  // From the first change that nobody had in full.
  assert.equal(told(scene, "promoted").at(-1)?.changeMs, 7_000);
});

test("the old content back: the canary goes without blame; the same bytes again: it stays", () => {
  const scene = canary().change("a");
  assert.deepEqual(scene.acts(), ["steer 1"]);
  assert.deepEqual(told(scene, "canary-withdrawn")[0]?.why, "reverted");
  assert.equal(scene.status().behind, null);
  const same = canary().change("c").built("B");
  assert.deepEqual(same.acts(), []);
  assert.deepEqual(same.pass(5_000).acts(), ["steer 2"]);
  assert.equal(same.status().behind, null);
});

test("who kept the rest ends: the canary takes over", () => {
  const scene = canary().exited(1, 1);
  assert.deepEqual(scene.acts(), ["kill 1", "steer 2"]);
  assert.deepEqual(scene.notices().slice(0, 3), ["canary-took-over", "quarantined", "promoted"]);
  assert.equal(scene.status().ready.body.generation, 2);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1"]);
  const proved = new Scene(CANARY).serving().pass(10_000).swap("b", 1, 2).exited(1, 1);
  assert.deepEqual(proved.notices().slice(0, 2), ["canary-took-over", "promoted"]);
  // A generation that was good before may be gone back to.
  assert.deepEqual(proved.gone(1).exited(2, 1).gone(2).acts(), ["start 3 A on 2"]);
});

test("who kept the rest falls sick: the canary takes over, unless it is in doubt itself", () => {
  const scene = canary({ liveness: { periodMs: 1_000, failures: 1 } });
  answer(scene, 2, true).pass(1_000);
  assert.deepEqual(answer(scene, 1, false).acts(), ["steer 2"]);
  assert.equal(scene.status().live.code, 200);
  const both = canary({ liveness: LIVENESS }).pass(1_000);
  answer(answer(both, 1, false), 2, false).pass(1_000);
  assert.deepEqual(answer(both, 1, false).acts(), []);
  assert.deepEqual(answer(both, 2, false).acts().slice(0, 1), ["steer 1"]);
  assert.equal(both.status().serving?.generation, 1);
});

test("with readiness hold a pod whose canary runs is ready: else nobody would try it", () => {
  const scene = new Scene({ ...CANARY, readiness: "hold" }).serving().change("b");
  assert.equal(scene.status().ready.code, 503);
  assert.equal(scene.built().roomy(1).ready(2).status().ready.code, 200);
});

test("a stop lets a canary's clients go as those of any generation", () => {
  const scene = canary().take({ kind: "stop-requested", signal: "SIGTERM", terminal: false });
  assert.deepEqual(scene.acts(), ["steer 1"]);
  assert.deepEqual(told(scene, "canary-withdrawn")[0]?.why, "stopping");
  assert.deepEqual(scene.pass(2_000).acts(), ["await-queue 2", "SIGTERM 1", "SIGTERM 2"]);
  scene.exited(2, 0).gone(2).exited(1, 7);
  assert.deepEqual(scene.gone(1).acts(), ["release-sockets 1", "exit 7"]);
});
