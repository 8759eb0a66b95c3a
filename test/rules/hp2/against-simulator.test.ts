/** Whole rules about probes and time, from a manifest's text to the verdict, against lives of the same pod in many phases. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCheckOptions } from "#cli/check/check-options.js";
import { projectOf } from "#cli/check/load-project.js";
import { chooseReload } from "#cli/simulate/choose-reload.js";
import { RULES } from "#rules/catalogue.js";
import { judge } from "#rules/judge/judge.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { sampledGiven } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { LifeRun } from "#simulate/life/run-life.js";
import { runLife } from "#simulate/life/run-life.js";
import { lifeInput, s, service, takes } from "#test/simulate/given.js";

interface Numbers {
  readonly delay: number;
  readonly period: number;
  readonly failures: number;
}

const numbers: fc.Arbitrary<Numbers> = fc.record({
  delay: fc.nat(30),
  period: fc.integer({ min: 1, max: 12 }),
  failures: fc.integer({ min: 1, max: 5 }),
});
/** Tenths of a second. */
const tenths = (most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: most * 10 }).map((n) => n / 10);
const PHASES = 8;

const probeText = (kind: string, { delay, period, failures }: Numbers): string =>
  `      ${kind}: { tcpSocket: { port: 8080 }, initialDelaySeconds: ${delay}, periodSeconds: ${period}, failureThreshold: ${failures} }\n`;

const podText = (more: string): string => `apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  containers:
    - name: api
      image: shop:1
${more}`;

type Verdict = "certain" | "possible" | "tight" | "pass";

function verdictOf(
  rule: string,
  text: string,
  timings: Readonly<Record<string, number>>,
): {
  readonly verdict: Verdict;
  readonly severity: string | null;
  readonly workload: WorkloadSubject;
} {
  const flags = Object.entries(timings).flatMap(([key, value]) => ["--timing", `${key}=${value}`]);
  const options = readCheckOptions(["-", ...flags]);
  const { project } = projectOf(options, [{ kind: "manifest", file: "-", text }]);
  const { findings, open } = judge(
    project,
    RULES.filter(({ id }) => id === rule),
  );
  assert.deepEqual(open, []);
  const [workload] = project.workloads;
  assert.ok(workload !== undefined);
  const [first] = findings;
  return {
    verdict: first?.fault.certainty ?? "pass",
    severity: first?.severity ?? null,
    workload,
  };
}

/** The lives of a workload in phases and with a node's times by chance. */
function lives(workload: WorkloadSubject, parts: Partial<LifeInput>): readonly LifeRun[] {
  const input = lifeInput(workload.workload, parts);
  return Array.from({ length: PHASES }, (_, seed) =>
    runLife(input, sampledGiven(input, seed + 1), { events: true }),
  );
}

const isKilled = ({ events }: LifeRun): boolean => events.some(({ ev }) => ev === "killing");

/** `certain` in every phase, `pass` and `tight` in none; `possible` says nothing of eight phases. */
function assertSays(verdict: Verdict, runs: readonly LifeRun[], shown: string): void {
  const killed = runs.filter(isKilled).length;
  if (verdict === "certain") assert.equal(killed, runs.length, `${shown}: certain`);
  if (verdict === "pass" || verdict === "tight") assert.equal(killed, 0, `${shown}: ${verdict}`);
}

for (const [rule, kind] of [
  ["HP201", "livenessProbe"],
  ["HP202", "startupProbe"],
] as const) {
  test(`${rule}: a start that is certainly killed is killed in every phase, and a safe one in none`, () => {
    const seen = new Set<Verdict>();
    fc.assert(
      fc.property(numbers, tenths(80), (probe, start) => {
        const text = podText(probeText(kind, probe));
        const { verdict, workload } = verdictOf(rule, text, { coldStart: start });
        seen.add(verdict);
        const runs = lives(workload, {
          service: service({ coldStart: takes(start) }),
          // The first life is what the rule speaks of.
          durationUs: s(Math.max(start, probe.delay + (probe.failures + 1) * probe.period) + 5),
        });
        const first = runs.map((run) => firstLife(run));
        assertSays(verdict, first, `${JSON.stringify(probe)} start ${start}`);
      }),
      { numRuns: 150 },
    );
    assert.deepEqual([...seen].sort(), ["certain", "pass", "possible", "tight"]);
  });
}

/** Up to the container's first end. */
function firstLife(run: LifeRun): LifeRun {
  const end = run.events.findIndex(({ ev }) => ev === "exited");
  return end < 0 ? run : { ...run, events: run.events.slice(0, end) };
}

test("HP203: a swap's gap that certainly reaches liveness kills in every phase, and a safe one in none", () => {
  const seen = new Set<Verdict>();
  const tools = fc.constantFrom(
    "[air]",
    "[wgo, run, .]",
    "[CompileDaemon]",
    '[reflex, -s, --, sh, -c, "go build -o app . && exec ./app"]',
  );
  fc.assert(
    fc.property(
      numbers,
      tenths(12),
      tenths(12),
      tenths(4),
      tools,
      (probe, appStart, build, stopTime, tool) => {
        const patient = { ...probe, delay: 0 };
        const text = podText(`      command: ${tool}\n${probeText("livenessProbe", patient)}`);
        const timings = { appStart, build, stopTime };
        const { verdict, workload } = verdictOf("HP203", text, timings);
        seen.add(verdict);
        const [container] = workload.workload.template.spec.containers;
        assert.ok(container !== undefined);
        const { reload } = chooseReload(null, container, { toolConfig: null, settings: null });
        const runs = lives(workload, {
          reload,
          service: service({
            coldStart: takes(0),
            appStart: takes(appStart),
            build: takes(build),
            stopTime: takes(stopTime),
            onTerm: { kind: "exits", afterUs: s(stopTime), code: 0 },
          }),
          saves: [{ at: s(60), outcome: { kind: "ok" } }],
          durationUs: s(60 + 2 * (appStart + build + stopTime) + 6 * probe.period + 10),
        });
        assertSays(verdict, runs, `${tool} ${JSON.stringify(patient)} ${JSON.stringify(timings)}`);
      },
    ),
    { numRuns: 200 },
  );
  assert.deepEqual([...seen].sort(), ["certain", "pass", "possible"]);
});

test("HP406: what ends within its grace is never killed, and what the rule calls an error always is", () => {
  const seen = new Set<string | null>();
  const whole = (max: number) => fc.integer({ min: 1, max });
  fc.assert(
    fc.property(whole(20), tenths(30), whole(40), (preStop, stopTime, more) => {
      // The API server takes no hook that sleeps longer than the grace.
      const grace = preStop + more;
      const text = podText(
        `      lifecycle: { preStop: { sleep: { seconds: ${preStop} } } }\n` +
          `  terminationGracePeriodSeconds: ${grace}\n`,
      );
      const { severity, workload } = verdictOf("HP406", text, { stopTime });
      seen.add(severity);
      const runs = lives(workload, {
        service: service({
          coldStart: takes(0),
          onTerm: { kind: "exits", afterUs: s(stopTime), code: 0 },
        }),
        faults: [{ kind: "delete", at: s(50), pod: null }],
        durationUs: s(130),
      });
      const killed = runs.filter(({ events }) =>
        events.some((one) => one.ev === "signal" && one.data.signal === "SIGKILL"),
      ).length;
      const shown = `hook ${preStop}, stop ${stopTime}, grace ${grace}`;
      if (severity === null) assert.equal(killed, 0, shown);
      // After a hook that used it all up, the kubelet leaves two seconds.
      if (severity === "error" && stopTime > 2.1) assert.equal(killed, PHASES, shown);
    }),
    { numRuns: 150 },
  );
  assert.deepEqual([...seen].map(String).sort(), ["error", "null", "warning"]);
});

test("HP209: where liveness is later, no phase kills before readiness has taken the pod out", () => {
  const seen = new Set<Verdict>();
  fc.assert(
    fc.property(numbers, numbers, (liveness, readiness) => {
      const [live, ready] = [
        { ...liveness, delay: 0 },
        { ...readiness, delay: 0 },
      ];
      const text = podText(probeText("livenessProbe", live) + probeText("readinessProbe", ready));
      const { verdict, workload } = verdictOf("HP209", text, {});
      seen.add(verdict);
      const longest = Math.max(
        live.failures * live.period + live.period,
        ready.failures * ready.period + ready.period,
      );
      const runs = lives(workload, {
        service: service({ coldStart: takes(0) }),
        faults: [
          {
            ...{ kind: "outage", how: "refused", pod: null },
            ...{ at: s(60), untilUs: s(80 + longest) },
          } as const,
        ],
        durationUs: s(90 + longest),
      });
      const early = runs.filter((run) => killsBeforeWithdrawal(run)).length;
      const shown = `liveness ${JSON.stringify(live)}, readiness ${JSON.stringify(ready)}`;
      if (verdict === "pass") assert.equal(early, 0, shown);
      if (verdict === "certain") assert.equal(early, PHASES, shown);
    }),
    { numRuns: 100 },
  );
  assert.deepEqual([...seen].sort(), ["certain", "pass", "possible"]);
});

function killsBeforeWithdrawal({ events }: LifeRun): boolean {
  const kill = events.findIndex(({ ev }) => ev === "killing");
  const withdrawn = events.findIndex(({ ev, t }) => ev === "notReady" && t >= s(60));
  return kill >= 0 && (withdrawn < 0 || kill < withdrawn);
}
