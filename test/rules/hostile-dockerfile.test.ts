import assert from "node:assert/strict";
import { test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { projectOf } from "#cli/check/load-project.js";
import { reportOf, review } from "#cli/check/report-of.js";
import { RULES } from "#rules/catalogue.js";

const POD = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - {name: c, image: a, livenessProbe: {exec: {command: [x]}}, lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}}
`;

for (const piece of [
  "RUN go build .\n",
  "ENV CGO_ENABLED=0\n",
  "ARG CGO_ENABLED\nRUN x\n",
  "WORKDIR a\n",
  "COPY --from=a /x /y\n",
  "CMD x\n",
  "GOFLAGS=",
  "-ldflags -X main=$(date ",
  "\\\n",
]) {
  test(`a Dockerfile full of ${JSON.stringify(piece)} takes no longer than it should`, () => {
    const text = `FROM golang:1.22\nRUN ${piece.repeat(Math.floor(120_000 / piece.length))}`;
    const begun = performance.now();
    const loaded = projectOf(readCheckOptions(["-", "--assume-single"]), [
      { kind: "manifest", file: "-", text: POD },
      { kind: "dockerfile", file: "Dockerfile", text },
    ]);
    reportOf(loaded, RULES, review(loaded, RULES));
    const tookMs = performance.now() - begun;
    assert.deepEqual(loaded.problems, []);
    // Half a second; what grows with the square of the length takes up to a minute.
    assert.ok(tookMs < 10_000, `${Math.round(tookMs)} ms`);
  });
}
