import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Fault, LifeInput, PhaseMode } from "#simulate/life/life-input.js";
import { hazardsOf } from "#simulate/phases/hazards-of.js";
import { likelihoodIn } from "#simulate/phases/mixture.js";
import { survey } from "#simulate/phases/survey.js";
import { isKilled, totalsOf } from "#simulate/phases/totals-of.js";
import {
  deployment,
  dpf,
  lifeInput,
  pod,
  policy,
  probe,
  s,
  service,
  takes,
  workload,
} from "#test/simulate/given.js";
import { tool } from "#test/simulate/given-tools.js";

const exact: PhaseMode = { kind: "exact" };

test("exactly and by sampling, the same comes out, give or take four standard deviations", () => {
  const RUNS = 300;
  const cases = fc.record({
    delay: fc.nat(20),
    period: fc.integer({ min: 1, max: 15 }),
    failures: fc.integer({ min: 1, max: 4 }),
    timeout: fc.integer({ min: 1, max: 5 }),
    coldStart: fc.nat(60),
    length: fc.nat(50),
    how: fc.constantFrom("refused" as const, "silent" as const, "503" as const),
    seed: fc.nat(1e6),
  });
  const property = fc.property(cases, (one) => {
    const livenessProbe = dpf(one.delay, one.period, one.failures, one.timeout);
    const fault: Fault = {
      ...{ kind: "outage", at: s(150), untilUs: s(150 + one.length), how: one.how, pod: null },
    };
    const input = lifeInput(workload(pod({ livenessProbe })), {
      service: service({ coldStart: takes(one.coldStart) }),
      faults: [fault],
      durationUs: s(260),
      seed: one.seed,
    });
    const killed = (phase: PhaseMode) => {
      const { joint } = survey({ ...input, phase }, { runs: RUNS });
      return likelihoodIn(joint, (outcome) => isKilled(outcome, 0), null);
    };
    const [truth, found] = [killed(exact), killed({ kind: "sampled", runs: RUNS })];
    assert.equal(truth.origin.kind, "exact");
    const deviation = Math.sqrt((truth.share * (1 - truth.share)) / RUNS);
    assert.ok(
      Math.abs(truth.share - found.share) <= 4 * deviation + 1e-9,
      `${truth.share} exactly, ${found.share} of ${RUNS}`,
    );
  });
  // A fixed choice of cases: with fresh ones, a fluke of five standard deviations would come some day.
  fc.assert(property, { numRuns: 15, seed: 4 });
});

test("what no phase changes is said exactly, with no request lost", () => {
  const probes = { livenessProbe: probe(), readinessProbe: probe(), startupProbe: probe() };
  const base = lifeInput(workload(pod(probes)));
  const input: LifeInput = {
    ...base,
    ...{ phase: exact, reload: { kind: "hotpod", policy } },
    service: service({ build: takes(3), appStart: takes(0.4) }),
    saves: Array.from({ length: 14 }, (_, n) => ({ at: s(60 + n * 60), outcome: { kind: "ok" } })),
    clients: { ...base.clients, ratePerS: 100 },
    node: { ...base.node, endpointLag: takes(1) },
  };
  const found = survey(input, { runs: 100 });
  const totals = totalsOf(input, found);
  assert.deepEqual(hazardsOf(input, found), []);
  assert.deepEqual(totals.requestsOrigin, { kind: "exact" });
  const { ok, ...lost } = totals.requests;
  assert.ok(ok > 80_000);
  assert.deepEqual(lost, { refused: 0, reset: 0, eof: 0, timeout: 0, serverError: 0 });
  assert.deepEqual([totals.kills.value, totals.buildsCompleted, totals.saves], [0, 14, 14]);
  assert.deepEqual(totals.saveToServingUs, { p50: s(3.4), max: s(3.4) });
  assert.equal(totals.peakGenerations, 2);
});

test("a tool that stops the service kills in some phases, and says which", () => {
  const base = lifeInput(workload(pod({ livenessProbe: dpf(0, 10, 3) })));
  const input: LifeInput = {
    ...base,
    ...{ phase: exact, reload: { kind: "tool", tool: tool({ stopWhen: "beforeBuild" }) } },
    service: service({ build: takes(25), coldBuild: takes(5), appStart: takes(1) }),
    saves: [{ at: s(100), outcome: { kind: "ok" } }],
    clients: { ...base.clients, ratePerS: 100, serviceUs: 0 },
    node: { ...base.node, endpointLag: takes(0) },
    durationUs: s(200),
  };
  const found = survey(input, { runs: 100 });
  const [kill, lost] = hazardsOf(input, found);
  assert.deepEqual([kill?.kind, kill?.rule, kill?.check], ["kill", "F2", "HP203"]);
  assert.deepEqual(kill?.likelihood, {
    ...{ share: 0.6, origin: { kind: "exact" } },
    interval: { fromUs: s(121), toUs: s(127) },
  });
  assert.match(kill?.text ?? "", /with probability 0\.6, first after 121 to 127s.*reload is down/);
  assert.deepEqual([lost?.kind, lost?.check], ["lost-requests", "HP204"]);
  assert.equal(totalsOf(input, found).kills.value, 0.6);
});

test("what varies as measured is sampled, and says so", () => {
  const input = lifeInput(workload(pod({ livenessProbe: dpf(5, 10, 3) })), {
    ...{ phase: exact, durationUs: s(100) },
    service: service({ coldStart: { kind: "uniform", fromUs: s(10), toUs: s(50) } }),
  });
  const { joint } = survey(input, { runs: 200 });
  assert.deepEqual(joint.origin, { kind: "sampled", runs: 200 });
  const [kill] = hazardsOf(input, { ...survey(input, { runs: 200 }) });
  assert.match(kill?.text ?? "", /in \d+ of 200 runs/);
});

test("a single run names its phase", () => {
  const template = pod({ livenessProbe: dpf(5, 10, 3) });
  for (const kind of ["earliest", "expected", "latest"] as const) {
    const input = lifeInput(workload(template), {
      ...{ phase: { kind }, durationUs: s(60) },
      service: service({ coldStart: takes(60) }),
    });
    const totals = totalsOf(input, survey(input, { runs: 1 }));
    assert.deepEqual(totals.firstKill.origin, { kind: "point", phase: kind });
    assert.equal(totals.firstKill.share, 1);
  }
});

test("a save whose content nobody ever answers with is a hazard", () => {
  const input = lifeInput(workload(pod()), {
    ...{ phase: { kind: "expected" }, durationUs: s(200) },
    reload: {
      kind: "tool",
      tool: tool({ stop: [{ signal: "SIGUSR2", waitUs: null, to: "process" }] }),
    },
    service: service({ build: takes(3), appStart: takes(1), onTerm: { kind: "go-default" } }),
    saves: [{ at: s(100), outcome: { kind: "ok" } }],
  });
  const found = hazardsOf(input, survey(input, { runs: 1 }));
  assert.deepEqual(
    found.map(({ kind, text }) => [kind, text]),
    [["never-updated", "the save at 100s is never served"]],
  );
});

test("a start that is killed before anything was done to the pod is told when it was", () => {
  const probes = { livenessProbe: dpf(0, 10, 1), readinessProbe: probe({ periodSeconds: 5 }) };
  const base = lifeInput(workload(pod(probes)), { service: service({ coldStart: takes(8) }) });
  const input: LifeInput = {
    ...base,
    phase: { kind: "sampled", runs: 50 },
    faults: [{ kind: "outage", at: s(60), untilUs: s(62), how: "refused", pod: null }],
    durationUs: s(120),
  };
  const found = survey(input, { runs: 50 });
  const kills = found.joint.parts.flatMap(({ outcome }) => outcome.pods[0]?.firstKillAt ?? []);
  const atStart = kills.filter((at) => at < s(60));
  assert.ok(atStart.length > 10, "some are killed as they start");
  assert.deepEqual(
    atStart.filter((at) => at < 0 || at > s(20)),
    [],
  );
});

test("a roll-out is told from 0, stretches of lost requests with both their ends", () => {
  const template = pod({ readinessProbe: dpf(0, 1, 1) });
  const base = lifeInput(deployment(template, 2), {
    service: service({ coldStart: takes(3), onTerm: { kind: "exits", code: 0, afterUs: 0 } }),
  });
  const input: LifeInput = {
    ...base,
    rollout: true,
    node: { ...base.node, endpointLag: takes(2) },
    clients: { ...base.clients, ratePerS: 10 },
    phase: { kind: "expected" },
    durationUs: s(60),
  };
  const lost = survey(input, { runs: 1 }).drawn.events.flatMap((event) =>
    event.ev === "refusedSegment" ? [event.data] : [],
  );
  assert.ok(lost.length > 0, "pods end before clients know");
  for (const { fromUs, untilUs } of lost) assert.ok(fromUs >= 0 && fromUs <= untilUs);
});
