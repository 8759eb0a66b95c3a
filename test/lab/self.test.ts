import assert from "node:assert/strict";
import { test } from "node:test";
import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import type { PodLine } from "#lab/probe/pod-log.js";
import { virtualPod } from "#lab/probe/virtual-pod.js";
import { asLived, compare } from "#lab/self/run-self.js";
import { SELF_CASES } from "#lab/self/self-cases.js";

const one = { name: "a pod", untilSeconds: 60 };
const line = (at: number, what: string): PodLine => ({ at, what, place: 0, text: "" });
const virtual = [line(0.01, "started"), line(23, "Killing"), line(23, "exited")];

test("twelve pods, and those that take minutes", () => {
  assert.equal(SELF_CASES.filter(({ long }) => long !== true).length, 12);
  assert.equal(SELF_CASES.filter(({ long }) => long === true).length, 4);
});

test("a pod that is late by less than the tolerance agrees", () => {
  const real = [line(0.2, "started"), line(23.4, "Killing"), line(23.41, "exited")];
  assert.equal(compare(one, real, virtual, 0.1).difference, null);
});

test("one that is late by more does not, and neither does another order", () => {
  const late = [line(0.01, "started"), line(23.6, "Killing"), line(23.6, "exited")];
  assert.match(
    compare(one, late, virtual, 0.1).difference ?? "",
    /Killing at 23.00 s in the model, at 23.60 s/,
  );
  const other = [line(0.01, "started"), line(23, "exited"), line(23, "Killing")];
  assert.match(compare(one, other, virtual, 0.1).difference ?? "", /exited here/);
  assert.equal(compare(one, [], virtual, 0.1).agrees, false);
});

test("the virtual pod: cold start of 30 s under D 5, P 10, F 3 is killed at the third failure", () => {
  const livenessProbe = probe(httpGet(80, "/"), { D: 5, P: 10, F: 3 });
  const healthy = (age: number): boolean => age >= 30;
  const script = { exitsAfter: () => null, termTakes: () => 0, healthy };
  const asked = pod({ containers: [container({ livenessProbe })] });
  const lines = virtualPod(asked, script, { phaseSeconds: 7, untilSeconds: 40, deleted: null });
  const failures = lines.filter(({ what }) => what === "liveness failure");
  assert.deepEqual(
    failures.slice(0, 3).map(({ at }) => at),
    [7, 17, 27],
  );
  assert.equal(lines.find(({ what }) => what === "Killing")?.at, 27);
});

test("how long processes took is taken from the real run, what is decided is not", () => {
  const script = { exitsAfter: () => 5, termTakes: () => 0, healthy: () => true };
  const real = [
    ...[line(0, "started"), line(5.4, "exited")],
    ...[line(6, "started"), line(8, "signal"), line(8.3, "exited")],
  ];
  const lived = asLived(script, real);
  assert.equal(lived.exitsAfter(0), 5.4);
  assert.equal(lived.exitsAfter(1), 5);
  assert.ok(Math.abs((lived.termTakes(1) ?? 0) - 0.3) < 1e-9);
  assert.equal(lived.exitsAfter(2), 5);
  assert.equal(asLived({ ...script, termTakes: () => null }, real).termTakes(1), null);
});

test("a real process does not live for whole microseconds", { timeout: 10_000 }, () => {
  const lived = [2.35048, 0.25333000000000006, 0.35588000000000086, 0.9357100000000003];
  lived.push(2.0394699999999943, 0.3794800000000009, 0.2996500000000424, 0.3632599999999684);
  const exitsAfter = (run: number): number => lived[run] ?? 0.2;
  const script = { exitsAfter, termTakes: () => 0, healthy: () => true };
  const asked = pod({ containers: [container({})] });
  const lines = virtualPod(asked, script, { phaseSeconds: 3, untilSeconds: 640, deleted: null });
  const starts = lines.filter(({ what }) => what === "started").map(({ at }) => Math.round(at));
  assert.deepEqual(starts, [0, 2, 13, 33, 74, 156, 316, 617]);
});
