import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifeInput } from "#simulate/life/life-input.js";
import { prove } from "#simulate/recommend/prove.js";
import { recommendProved } from "#simulate/recommend/recommend.js";
import {
  dpf,
  lifeInput,
  pod,
  policy,
  probe,
  service,
  takes,
  workload,
} from "#test/simulate/given.js";
import { tool } from "#test/simulate/given-tools.js";
import { advised } from "./recommended.js";

const probed = { livenessProbe: probe(), readinessProbe: probe() };
const measured = service({
  coldStart: takes(12),
  build: takes(8),
  appStart: takes(0.4),
  stopTime: takes(0.5),
  drain: takes(4),
  healthLatencyBuild: takes(0.2),
  onTerm: { kind: "drains", code: 0 },
});
const base = lifeInput(workload(pod(probed)), { service: measured });

const proved = (input: LifeInput) => prove(input, advised(input).changes);

test("what is recommended for hotpod is proved: no kill, no lost request, from the start to the deletion", () => {
  const input: LifeInput = { ...base, reload: { kind: "hotpod", policy } };
  const proof = proved(input);
  assert.deepEqual(proof.hazards, []);
  assert.equal(proof.kind, "proved");
});

test("for a tool that stops the service, too, nothing is killed; what it loses is its own", () => {
  const input: LifeInput = {
    ...base,
    reload: { kind: "tool", tool: tool({ stopWhen: "beforeBuild" }) },
    service: { ...measured, build: takes(22), coldBuild: takes(30), coldStart: takes(2) },
  };
  assert.deepEqual(proved(input).hazards, []);
});

test("values that do not hold are refuted, with what happens", () => {
  const input: LifeInput = {
    ...base,
    reload: { kind: "tool", tool: tool({ stopWhen: "beforeBuild" }) },
    service: { ...measured, build: takes(25), coldBuild: takes(5) },
  };
  const proof = prove(input, { livenessProbe: dpf(0, 10, 3) });
  assert.equal(proof.kind, "refuted");
  const [hazard] = proof.hazards;
  assert.deepEqual([hazard?.kind, hazard?.rule], ["kill", "F2"]);
});

test("a start that was measured as slow as twice is killed by values for the half of it", () => {
  const slow: LifeInput = { ...base, service: { ...measured, coldStart: takes(40) } };
  const quick = advised(base).changes;
  assert.equal(prove(slow, quick).kind, "refuted");
  assert.equal(prove(slow, advised(slow).changes).kind, "proved");
});

test("the proof goes with the recommendation, and the same input proves the same bytes", () => {
  const input: LifeInput = { ...base, reload: { kind: "hotpod", policy } };
  const one = recommendProved(input);
  assert.equal(one?.proof?.kind, "proved");
  assert.equal(JSON.stringify(recommendProved(input)), JSON.stringify(one));
  const elsewhere = { ...input, service: { ...measured, container: "nobody" } };
  assert.equal(recommendProved(elsewhere), null);
});
