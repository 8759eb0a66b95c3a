/** Steps are tried out, not estimated: what they say is made true in the files, and scored anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type InputFile, projectOf } from "#cli/check/load-project.js";
import { planFleet } from "#rules/score/fleet/plan-fleet.js";
import { sharedSteps } from "#rules/score/fleet/shared-steps.js";
import { scoreWorkload } from "#rules/score/score-workload.js";
import { candidatesOf } from "#rules/score/steps/candidates.js";
import { startState, writtenTexts } from "#rules/score/steps/change-state.js";
import { firstSteps, nextStep, planSteps } from "#rules/score/steps/plan-steps.js";
import { orders } from "./orders.js";
import { exampleInputs, scoredWith, statesOf } from "./scored-inputs.js";

test("a fix that is tried out in memory scores what the changed files score", () => {
  let compared = 0;
  for (const one of exampleInputs()) {
    const { scores, context } = scoredWith(one, one.files);
    for (const score of scores) {
      for (const candidate of candidatesOf(startState(score), context)) {
        if (candidate.fix === null) continue;
        const after = candidate.done(context);
        if (after === null) continue;
        const texts = writtenTexts(after, context);
        const files = one.files.map((file) => ({
          ...file,
          text: texts.get(file.file) ?? file.text,
        }));
        const { project } = projectOf(one.options, files);
        const anew = project.workloads.find(({ title }) => title === score.workload.title);
        assert.ok(anew !== undefined, one.name);
        const scored = scoreWorkload(anew, context);
        assert.ok(scored !== null);
        compared++;
        assert.equal(scored.total, after.score.total, `${one.name} ${candidate.key}`);
        assert.deepEqual(statesOf(scored), statesOf(after.score), `${one.name} ${candidate.key}`);
      }
    }
  }
  assert.ok(compared > 100, `${compared} compared`);
});

test("steps lead to 60, each from where the last one ended, and none is idle", () => {
  let plans = 0;
  for (const one of exampleInputs()) {
    const { scores, context } = scoredWith(one, one.files);
    for (const score of scores.filter(({ total }) => total < 60)) {
      const steps = planSteps(score, context);
      const [first, last] = [steps[0], steps.at(-1)];
      if (first === undefined || last === undefined) continue;
      plans++;
      assert.equal(first.from, score.total);
      for (const [index, step] of steps.slice(1).entries()) {
        assert.equal(step.from, steps[index]?.to, one.name);
      }
      assert.ok(last.to >= 60, `${one.name}: ${last.to}`);
      assert.ok(last.from < 60, `${one.name}: ${last.title} is idle`);
    }
  }
  assert.ok(plans > 50, `${plans} plans`);
});

test("what is mended in one place for several services is said once, with the sum of gains", () => {
  const names = ["orders", "stock", "users"];
  const manifests = names.map((name) => {
    return { kind: "manifest" as const, file: `${name}.yaml`, text: orders({ name }) };
  });
  const rendered = manifests.map((one) => ({
    ...one,
    text: `# Source: web/templates/deployment.yaml\n${one.text}`,
  }));
  const [input] = exampleInputs();
  assert.ok(input !== undefined);
  const options = { ...input.options, timing: ["coldStart=90", "gap=1.2"] };
  const shared = (files: typeof manifests) => {
    const { scores, context } = scoredWith({ options }, files);
    return sharedSteps(planFleet(scores, context), ({ score }) => score.workload.title);
  };
  assert.deepEqual(shared(manifests), []);
  const [first] = shared(rendered);
  assert.ok(first !== undefined);
  assert.match(first.place, /^web\/templates\/deployment\.yaml /);
  assert.equal(first.services.length, 3);
  assert.ok(first.gain > 3, `${first.gain}`);
});

const AIR = `[build]
cmd = "go build -o ./tmp/main ."
bin = "./tmp/main"
delay = 0
stop_on_error = true
`;

const KNATIVE = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: fn, namespace: shop }
spec: { template: { spec: { containers: [{ name: api, image: fn:1, command: [air], workingDir: /src }] } } }
`;

test("a fix of a file that a fleet shares scores what the whole fleet would", () => {
  const [input] = exampleInputs();
  assert.ok(input !== undefined);
  const options = { ...input.options, parameters: { assumeSingle: true }, timing: ["gap=1.2"] };
  const files: InputFile[] = ["orders", "stock", "users"].map((name) => {
    return { kind: "manifest", file: `${name}.yaml`, text: orders({ name }) };
  });
  files.push({ kind: "manifest", file: "fn.yaml", text: KNATIVE });
  files.push({ kind: "reload", file: ".air.toml", text: AIR });
  const { scores, context } = scoredWith({ options }, files);
  assert.equal(scores.length, 4);
  for (const score of scores) {
    const candidates = candidatesOf(startState(score), context);
    const shared = candidates.filter(({ fix }) => fix?.changes.some((one) => "file" in one));
    assert.ok(shared.length > 1, `${score.workload.title}: ${shared.length}`);
    for (const candidate of shared) {
      const after = candidate.done(context);
      if (after === null) continue;
      const changed = files.map((one) => ({ ...one, text: after.texts.get(one.file) ?? one.text }));
      const whole = scoredWith({ options }, changed).scores;
      const own = whole.find(({ workload }) => workload.title === score.workload.title);
      assert.ok(own !== undefined);
      assert.equal(after.score.total, own.total, candidate.key);
      assert.deepEqual(statesOf(after.score), statesOf(own), candidate.key);
    }
    assert.ok(shared.some((candidate) => candidate.done(context) !== null));
  }
});

test("a Dockerfile that several services share is one place", () => {
  const [input] = exampleInputs();
  assert.ok(input !== undefined);
  const files: InputFile[] = ["orders", "stock"].map((name) => ({
    kind: "manifest",
    file: `${name}.yaml`,
    text: orders({ name, command: "[hotpod, run]", liveness: HTTP_LIVENESS }).replace(
      "labels: { app: ",
      "annotations: { hotpod.dev/dockerfile: Dockerfile }, labels: { app: ",
    ),
  }));
  const text =
    "FROM golang:1.24 AS build\nCOPY . .\nRUN go build -o /app .\nFROM golang\nUSER app\n";
  files.push({ kind: "dockerfile", file: "build/Dockerfile", text });
  const { scores, context } = scoredWith({ options: { ...input.options, timing: [] } }, files);
  const steps = scores.map((score) => firstSteps(score, context));
  const users = steps.map((all) => all.find(({ about }) => about.includes("M01.user")));
  assert.deepEqual(
    users.map((step) => step?.shared),
    ["build/Dockerfile:4 M01.user", "build/Dockerfile:4 M01.user"],
  );
});

const HTTP_LIVENESS = "httpGet: { path: /livez, port: 9247 }";

test("what somebody accepted is left alone, and what is said to be no finding is earned", () => {
  const [input] = exampleInputs();
  assert.ok(input !== undefined);
  const options = { ...input.options, timing: [] };
  const scored = (more: string) => {
    const text = orders().replace(
      "name: orders, namespace: shop }",
      `name: orders, namespace: shop${more} }`,
    );
    const { scores, context } = scoredWith({ options }, [{ kind: "manifest", file: "-", text }]);
    const [score] = scores;
    assert.ok(score !== undefined);
    return { score, context };
  };
  const aside = (words: string): string =>
    `, annotations: { hotpod.dev/ignore.HP1109: "the pod asks the API server itself${words}" }`;
  const state = (more: string) => statesOf(scored(more).score).get("M18.HP1109");
  assert.equal(state(""), "lost");
  assert.equal(state(aside("")), "lost");
  assert.equal(state(aside("; class=false-positive")), "earned");
  const { score, context } = scored(aside("; class=accepted-risk"));
  const about = candidatesOf(startState(score), context).flatMap((one) => one.about);
  assert.ok(!about.includes("HP1109") && about.includes("HP1103"));
});

test("a service that is fine has one next step", () => {
  const [input] = exampleInputs();
  assert.ok(input !== undefined);
  const text = orders({
    command: "[hotpod, run]",
    liveness: "httpGet: { path: /livez, port: 9247 }",
  });
  const { scores, context } = scoredWith(
    { options: { ...input.options, timing: ["coldStart=2"] } },
    [{ kind: "manifest", file: "-", text }],
  );
  const [score] = scores;
  assert.ok(score !== undefined && score.total >= 60, `${score?.total}`);
  const step = nextStep(score, context);
  assert.ok(step !== null && step.to >= step.from && step.from === score.total);
});
