import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LifeEvent, LifeHappening } from "#model/life/life-event.js";
import { spansOf } from "#simulate/life/spans-of.js";

const END = 100;

type Source = Pick<LifeEvent, "src" | "pod" | "container" | "gen">;
const kubelet: Source = { src: "kubelet", pod: "p", container: "c" };
const at = (t: number, from: Source, what: LifeHappening): LifeEvent => ({ ...from, t, ...what });

/** `pod p: ready 5-20`. */
function told(events: readonly LifeEvent[]): string[] {
  return spansOf(events, END).map(
    ({ lane, state, fromUs, toUs }) => `${lane.kind} ${lane.name}: ${state} ${fromUs}-${toUs}`,
  );
}

const started = (restartCount: number): LifeHappening => ({
  ev: "started",
  data: { restartCount, message: "Container started" },
});
const exited: LifeHappening = { ev: "exited", data: { exitCode: 137, reason: "Error" } };
const attempt = (result: "success" | "failure" | "error"): LifeHappening => ({
  ev: "probe",
  data: { probe: "liveness", result, counted: true, ageUs: 0, run: 1, message: "", cause: null },
});

test("a container runs, is killed, has ended, waits and runs again; what lasts ends with the simulation", () => {
  const back = { reason: "BackOff", message: "back-off 10s", delayUs: 10 };
  assert.deepEqual(
    told([
      at(2, kubelet, started(0)),
      at(30, kubelet, { ev: "killing", data: { reason: "liveness", message: "", graceS: 30 } }),
      at(60, kubelet, exited),
      at(61, kubelet, { ev: "backoff", data: back }),
      at(65, kubelet, { ev: "backoff", data: back }),
      at(70, kubelet, started(1)),
    ]),
    [
      "container c: running 2-30",
      "container c: killing 30-60",
      "container c: ended 60-61",
      "container c: back-off 61-70",
      "container c: running 70-100",
    ],
  );
});

test("an init container that completed has not failed, and waits for the pod's end", () => {
  const done: LifeHappening = { ev: "exited", data: { exitCode: 0, reason: "Completed" } };
  const succeeded: LifeHappening = {
    ev: "phaseChanged",
    data: { phase: "Succeeded", reason: null },
  };
  const init = { ...kubelet, container: "init" };
  assert.deepEqual(told([at(1, init, started(0)), at(6, init, done), at(50, kubelet, succeeded)]), [
    "container init: running 1-6",
    "container init: completed 6-50",
    "pod p: succeeded 50-100",
  ]);
});

test("a pod that is stopped terminates and is gone; one that a probe ended has failed", () => {
  const kill = (reason: string): LifeHappening => ({
    ev: "killing",
    data: { reason, message: "Stopping container c", graceS: 30 },
  });
  const failed: LifeHappening = { ev: "phaseChanged", data: { phase: "Failed", reason: null } };
  const not: LifeHappening = { ev: "notReady", data: { reason: "ContainersNotReady" } };
  const life = (reason: string): string[] =>
    told([
      at(1, kubelet, started(0)),
      at(5, kubelet, { ev: "ready", data: { restartCount: 0 } }),
      at(20, kubelet, kill(reason)),
      at(25, kubelet, exited),
      at(25, kubelet, not),
      at(26, kubelet, failed),
    ]);
  assert.deepEqual(life("stop"), [
    "container c: running 1-20",
    "pod p: ready 5-20",
    "container c: stopping 20-25",
    "pod p: terminating 20-26",
    "container c: ended 25-26",
  ]);
  assert.deepEqual(life("liveness").slice(-3), [
    "container c: ended 25-26",
    "pod p: not ready 25-26",
    "pod p: failed 26-100",
  ]);
});

test("equal answers of a probe are one stretch, and end with the container", () => {
  assert.deepEqual(
    told([
      at(10, kubelet, attempt("failure")),
      at(20, kubelet, attempt("failure")),
      at(30, kubelet, attempt("error")),
      at(40, kubelet, attempt("success")),
      at(55, kubelet, exited),
      at(60, kubelet, attempt("success")),
    ]).filter((line) => line.startsWith("probe")),
    [
      "probe c liveness: failing 10-30",
      "probe c liveness: erroring 30-40",
      "probe c liveness: passing 40-55",
      "probe c liveness: passing 60-100",
    ],
  );
});

test("an endpoint is used when clients know of it; requests are answered then, but for those that are lost", () => {
  const lost = { fromUs: 40, untilUs: 45, kind: "refused", requests: 5, cause: "swap" } as const;
  const cut = { fromUs: 60, untilUs: 60, kind: "reset", requests: 1, cause: "swap" } as const;
  assert.deepEqual(
    told([
      at(8, kubelet, { ev: "ready", data: { restartCount: 0 } }),
      at(8, kubelet, { ev: "endpointReady", data: { seenAt: 10 } }),
      at(45, { src: "client", pod: "p" }, { ev: "refusedSegment", data: lost }),
      at(60, { src: "client", pod: "p" }, { ev: "refusedSegment", data: cut }),
      at(90, kubelet, { ev: "notReady", data: { reason: "deleted" } }),
      at(90, kubelet, { ev: "endpointGone", data: { seenAt: 130 } }),
    ]),
    [
      "pod p: ready 8-90",
      "requests requests: answered 10-40",
      "endpoint endpoint: in use 10-100",
      "requests requests: refused 40-45",
      "requests requests: answered 45-60",
      "requests requests: reset 60-60",
      "requests requests: answered 60-100",
      "pod p: not ready 90-100",
    ],
  );
});

test("a generation starts, serves, drains and is gone; a candidate that fails ends there", () => {
  const gen = (number: number): Source => ({ src: "gen", pod: "p", container: "c", gen: number });
  const start: LifeHappening = { ev: "genStart", data: { content: "c1", why: "update" } };
  assert.deepEqual(
    told([
      at(1, gen(1), start),
      at(3, gen(1), { ev: "promote", data: { content: "c1", previous: null } }),
      at(10, gen(2), start),
      at(14, gen(2), { ev: "candidateFailed", data: { why: "exited" } }),
      at(20, gen(3), start),
      at(22, gen(3), { ev: "promote", data: { content: "c3", previous: 1 } }),
      at(22, gen(1), { ev: "lameDuck", data: { untilUs: 25 } }),
      at(26, gen(1), { ev: "drainEnd", data: { killed: false } }),
    ]),
    [
      "generation generation 1: starting 1-3",
      "generation generation 1: serving 3-22",
      "generation generation 2: starting 10-14",
      "generation generation 3: starting 20-22",
      "generation generation 1: draining 22-26",
      "generation generation 3: serving 22-100",
    ],
  );
});

test("whatever is told: stretches lie within the simulation, in order, and those of a lane do not overlap", () => {
  const happenings = fc.constantFrom<LifeHappening>(
    started(0),
    exited,
    attempt("success"),
    attempt("failure"),
    { ev: "ready", data: { restartCount: 0 } },
    { ev: "notReady", data: { reason: "probe" } },
    { ev: "endpointReady", data: { seenAt: 30 } },
    { ev: "endpointGone", data: { seenAt: 70 } },
  );
  const streams = fc
    .array(fc.tuple(fc.nat(END), happenings, fc.constantFrom("p", "q")), { maxLength: 40 })
    .map((given) => given.sort(([a], [b]) => a - b));
  fc.assert(
    fc.property(streams, (stream) => {
      const spans = spansOf(
        stream.map(([t, what, pod]) => at(t, { ...kubelet, pod }, what)),
        END,
      );
      const ends = new Map<string, number>();
      let before = 0;
      for (const { lane, fromUs, toUs } of spans) {
        assert.ok(fromUs >= before && fromUs <= toUs && toUs <= END);
        before = fromUs;
        const key = `${lane.kind} ${lane.pod} ${lane.name}`;
        if (lane.kind !== "endpoint" && lane.kind !== "requests") {
          assert.ok((ends.get(key) ?? 0) <= fromUs, key);
        }
        ends.set(key, toUs);
      }
    }),
  );
});
