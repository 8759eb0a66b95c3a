/** What holds of every score, over the examples of all rules and what chance makes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RULES } from "#rules/catalogue.js";
import type { WorkloadScore } from "#rules/score/score-workload.js";
import { candidatesOf } from "#rules/score/steps/candidates.js";
import { startState } from "#rules/score/steps/change-state.js";
import { exampleInputs, type ScoredInput, scoredWith, statesOf } from "./scored-inputs.js";

const inputs = exampleInputs();
const anInput = fc.constantFrom(...inputs);
const RUNS = { numRuns: 150 };

/** Nobody's range ends on the wrong side by a rounding of floats. */
const NOISE = 1e-9;

test("a score lies between 0 and 100, and before caps inside its range", () => {
  let scored = 0;
  for (const one of inputs) {
    for (const { total, bare, range, cap } of scoredWith(one, one.files).scores) {
      scored++;
      assert.ok(total >= 0 && total <= (cap?.at ?? 100), `${one.name}: ${total}`);
      assert.ok(bare.least <= bare.raw + NOISE && bare.raw <= bare.most + NOISE, one.name);
      assert.ok(range[0] <= total && total <= range[1], `${one.name}: ${total} in ${range}`);
    }
  }
  assert.ok(scored > 200, `${scored} scored`);
});

/** Every input with one timing less, or one file less that is no manifest. */
function lesserInputs({ name, options, files }: ScoredInput): ScoredInput[] {
  // For a gap that was not measured its parts stand in, or the tool's word: that is another input, not one less.
  // And without the first build's time, the measured start is taken to hold it.
  const removed = options.timing.filter((one) => !/^(gap|coldBuild)=/.test(one));
  const without = removed.map((one) => {
    const timing = options.timing.filter((other) => other !== one);
    return { name: `${name} without ${one}`, options: { ...options, timing }, files };
  });
  const rest = files.filter(({ kind }) => ["timings", "gosum", "dockerignore"].includes(kind));
  return [
    ...without,
    ...rest.map((one) => {
      return {
        name: `${name} without ${one.file}`,
        options,
        files: files.filter((f) => f !== one),
      };
    }),
  ];
}

const MEASURED = [
  ...["coldStart=9", "appStart=2", "gap=1.2", "stopTime=3", "build=8", "withdrawn=3", "drain=2"],
  ...["rss=120Mi", "buildRss=400Mi", "healthLatency=0.1", "rollbackOk=1", "failed=0.01"],
];

test("an input that is taken away turns what it decided to unknown, and changes nothing else", () => {
  let compared = 0;
  const measured = inputs
    .filter((_, index) => index % 4 === 0)
    .map((one) => ({ ...one, options: { ...one.options, timing: MEASURED } }));
  for (const one of [...inputs, ...measured]) {
    const before = scoredWith(one, one.files).scores;
    for (const poorer of lesserInputs(one)) {
      const after = scoredWith(poorer, poorer.files).scores;
      assert.equal(after.length, before.length, poorer.name);
      for (const [index, score] of before.entries()) {
        const then = after[index];
        assert.ok(then !== undefined);
        compared++;
        assertOnlyLess(score, then, poorer.name);
      }
    }
  }
  assert.ok(compared > 400, `${compared} compared`);
});

test("without its log nothing else of a score changes", () => {
  const log = ['{"time":"2026-01-01T00:00:00Z","level":"info","msg":"hello","generation":"g1"}'];
  fc.assert(
    fc.property(anInput, (one) => {
      const [before] = scoredWith(one, one.files, log).scores;
      const [after] = scoredWith(one, one.files).scores;
      if (before !== undefined && after !== undefined) assertOnlyLess(before, after, one.name);
    }),
    RUNS,
  );
});

/** Rules that a timing sharpens: without it they speak of less, and are not open. */
const SHARPENED = RULES.filter(({ inputs: letters }) => letters.includes("T?")).map(({ id }) => id);

function assertOnlyLess(before: WorkloadScore, after: WorkloadScore, name: string): void {
  const states = statesOf(after);
  for (const [id, state] of statesOf(before)) {
    const now = states.get(id);
    if (now === state || now === "unknown") continue;
    assert.ok(
      SHARPENED.some((rule) => id.includes(rule)),
      `${name} ${id}: ${state}, then ${now}`,
    );
    return;
  }
  assert.ok(after.bare.least <= before.bare.least + NOISE, `${name}: the range begins later`);
  assert.ok(after.bare.most >= before.bare.most - NOISE, `${name}: the range ends earlier`);
}

test("a finding that is mended never lowers an indicator it counts in", () => {
  let mended = 0;
  for (const one of inputs) {
    const { scores, context } = scoredWith(one, one.files);
    for (const score of scores) {
      const state = startState(score);
      for (const candidate of candidatesOf(state, context)) {
        const after = candidate.tried(context);
        if (after === null) continue;
        for (const { id, score: was, groups } of score.indicators) {
          const counts = groups.some(({ id: group, rules }) =>
            candidate.about.some((what) => what === group || rules.includes(what)),
          );
          const now = after.score.indicators.find((each) => each.id === id)?.score ?? null;
          if (!counts || was === null || now === null) continue;
          mended++;
          assert.ok(now >= was - NOISE, `${one.name} ${candidate.key}: ${id} ${was} → ${now}`);
        }
      }
    }
  }
  assert.ok(mended > 300, `${mended} mended`);
});

const told = (one: ScoredInput, files = one.files): unknown[] =>
  scoredWith(one, files).scores.map((score) => [
    score.workload.title,
    score.total,
    score.range,
    [...statesOf(score)],
  ]);

test("the order of files says nothing", () => {
  const some = inputs.filter(({ files }) => files.length > 1);
  assert.ok(some.length > 20, `${some.length} of several files`);
  for (const one of some) assert.deepEqual(told(one, one.files.toReversed()), told(one), one.name);
});

test("the order of containers and documents says nothing", () => {
  const [input] = inputs;
  assert.ok(input !== undefined);
  const container = fc.record({
    command: fc.constantFrom("[air]", "[hotpod, run]", "[./orders]", "[reflex, -s, --, ./run]"),
    period: fc.integer({ min: 1, max: 20 }),
    failures: fc.integer({ min: 1, max: 6 }),
    limit: fc.constantFrom("64Mi", "512Mi", "2Gi"),
    readiness: fc.boolean(),
  });
  const pair = fc.array(container, { minLength: 2, maxLength: 4 });
  const timing = fc.subarray([
    "coldStart=9",
    "gap=1.2",
    "stopTime=3",
    "rss=120Mi",
    "buildRss=400Mi",
  ]);
  fc.assert(
    fc.property(pair, timing, fc.boolean(), (containers, timings, serviceFirst) => {
      const written = containers.map((one, index) =>
        [
          `        - name: c${index}`,
          "          image: orders:1",
          `          command: ${one.command}`,
          "          workingDir: /src",
          `          resources: { limits: { memory: ${one.limit} } }`,
          `          livenessProbe: { httpGet: { path: /livez, port: 808${index} }, periodSeconds: ${one.period}, failureThreshold: ${one.failures} }`,
          ...(one.readiness
            ? [`          readinessProbe: { httpGet: { path: /readyz, port: 808${index} } }`]
            : []),
        ].join("\n"),
      );
      const whole = (list: readonly string[], turned: boolean): unknown[] => {
        const deployment = `${HEAD}${list.join("\n")}\n`;
        const documents = turned ? [SERVICE, deployment] : [deployment, SERVICE];
        const files = [{ kind: "manifest" as const, file: "-", text: documents.join("---\n") }];
        return told({ ...input, options: { ...input.options, timing: timings } }, files);
      };
      assert.deepEqual(whole(written.toReversed(), serviceFirst), whole(written, false));
    }),
    RUNS,
  );
});

const HEAD = `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ port: 80, targetPort: 8080 }]
`;

test("every rule that counts is there, or said not to be judged", () => {
  const known = new Set(RULES.map(({ id }) => id));
  const [one] = inputs;
  assert.ok(one !== undefined && known.size > 90);
  const { scores } = scoredWith(one, one.files);
  for (const { indicators } of scores) {
    for (const { rules, state } of indicators.flatMap(({ groups }) => groups)) {
      if (rules.length === 1 && !known.has(rules[0] ?? "")) assert.equal(state, "unknown");
    }
  }
});
