/** Whatever files hold, a score comes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { InputFile } from "#cli/check/load-project.js";
import { scoreReportOf } from "#cli/score/score-report-of.js";
import { orders } from "./orders.js";
import { exampleInputs, scoredWith } from "./scored-inputs.js";

const [input] = exampleInputs();
assert.ok(input !== undefined);
const options = { ...input.options, timing: [], parameters: { assumeSingle: true } };

const ODD = ["null", "0", "true", '""', "a", "[]", "[null, [1], {}]", "{ a: {} }", "{}"];

const OBJECTS: Readonly<Record<string, readonly string[]>> = {
  Ingress: [
    "spec: X",
    "spec: { rules: X }",
    "spec: { rules: [{ http: { paths: [{ backend: { service: X } }] } }] }",
  ],
  PodMonitor: ["spec: X", "spec: { selector: X }", "spec: { selector: { matchLabels: X } }"],
  ServiceMonitor: ["spec: X", "spec: { selector: { matchLabels: { app: X } } }"],
  Secret: ["data: X", "metadata: X"],
  HotUpdate: ["spec: X", "spec: { selector: X }"],
};

test("objects beside the service may hold anything", () => {
  for (const [kind, places] of Object.entries(OBJECTS)) {
    for (const place of places) {
      for (const value of ODD) {
        const named = place.startsWith("metadata")
          ? ""
          : "metadata: { name: x, namespace: shop }\n";
        const object = `apiVersion: v1\nkind: ${kind}\n${named}${place.replace("X", value)}\n`;
        const text = `${orders()}---\n${object}`;
        const loaded = scoredWith({ options }, [{ kind: "manifest", file: "-", text }]);
        assert.equal(scoreReportOf(loaded, null).services.length, 1, object);
      }
    }
  }
});

const word = fc.constantFrom(
  ...[
    "FROM",
    "golang:1.22",
    "AS",
    "build",
    "COPY",
    "--from=build",
    ".",
    "./",
    "go.mod",
    "RUN",
    "go",
  ],
  ...[
    "mod",
    "download",
    "USER",
    "$A",
    "0",
    "ENTRYPOINT",
    '["',
    '"]',
    "\\\n",
    "\n",
    "ARG",
    "ENV",
    "=>",
  ],
  ...[
    "require",
    "replace",
    "(",
    ")",
    "//",
    "v1.0.0",
    "h1:",
    "/go.mod",
    "*",
    "!",
    "tmp",
    "**/bin",
    "{",
    "}",
  ],
);
const text = fc.oneof(
  fc.array(word, { maxLength: 30 }).map((words) => words.join(" ")),
  fc.string({ unit: "binary", maxLength: 60 }),
);

test("files beside the manifests may hold anything", () => {
  const kinds: readonly (readonly [InputFile["kind"], string])[] = [
    ["dockerfile", "Dockerfile"],
    ["dockerignore", ".dockerignore"],
    ["gomod", "go.mod"],
    ["gosum", "go.sum"],
  ];
  const manifest: InputFile = { kind: "manifest", file: "-", text: orders() };
  fc.assert(
    fc.property(fc.tuple(text, text, text, text), fc.array(text), (texts, log) => {
      const files = kinds.map(([kind, file], index) => ({ kind, file, text: texts[index] ?? "" }));
      const { scores } = scoredWith({ options }, [manifest, ...files], log);
      const [score] = scores;
      assert.ok(score !== undefined && score.total >= 0 && score.total <= 100);
      assert.ok(score.range[0] <= score.total && score.total <= score.range[1]);
    }),
    { numRuns: 300 },
  );
});
