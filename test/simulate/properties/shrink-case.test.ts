import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifeInput } from "#simulate/life/life-input.js";
import { generateCase } from "#simulate/properties/generate-case.js";
import { followPath, SHRINK_RUNS_MAX, shrinkCase } from "#simulate/properties/shrink-case.js";

/** Two bad saves under liveness: what a real failure could look like. */
function fails({ saves, workload }: LifeInput): boolean {
  const bad = saves.filter(({ outcome }) => outcome.kind === "crash");
  const { containers } = workload.template.spec;
  return bad.length >= 2 && containers.some(({ livenessProbe }) => livenessProbe !== null);
}

const failing = Array.from({ length: 300 }, (_, seed) => generateCase(seed, "hotpod")).filter(
  fails,
);

test("what a failure does not need goes, what it needs stays", () => {
  assert.ok(failing.length > 10);
  for (const input of failing) {
    const shrunk = shrinkCase(input, fails);
    const { saves, faults, workload, node, service, phase } = shrunk.input;
    assert.ok(fails(shrunk.input) && shrunk.runs <= SHRINK_RUNS_MAX);
    assert.deepEqual([saves.length, faults.length], [2, 0]);
    const { containers, initContainers } = workload.template.spec;
    assert.equal(containers.length + initContainers.length <= 2, true);
    const probes = containers.flatMap((one) => [
      ...[one.livenessProbe, one.readinessProbe, one.startupProbe].filter(
        (probe) => probe !== null,
      ),
    ]);
    assert.equal(probes.length, 1);
    assert.deepEqual([node.requeueJitter, node.wallFraction, phase.kind], [1, 0, "expected"]);
    assert.deepEqual(service.build, { kind: "const", us: 0 });
  }
});

test("a case shrinks the same way each time, and its path leads there again", () => {
  for (const input of failing.slice(0, 10)) {
    const shrunk = shrinkCase(input, fails);
    assert.deepEqual(shrinkCase(input, fails), shrunk);
    assert.deepEqual(followPath(input, shrunk.path), shrunk.input);
  }
  assert.equal(followPath(failing[0] as LifeInput, [1e6]), null);
});

test("shrinking stops when it has run often enough", () => {
  const { runs, input } = shrinkCase(failing[0] as LifeInput, fails, 3);
  assert.equal(runs, 3);
  assert.ok(fails(input));
});
