import assert from "node:assert/strict";
import { test } from "node:test";
import { type Prng, prng } from "#base/prng.js";
import { UserError } from "#base/user-error.js";
import { readCheckOptions } from "#cli/check/check-options.js";
import { type InputFile, projectOf, readInputs } from "#cli/check/load-project.js";
import { reportOf, review } from "#cli/check/report-of.js";
import { checkText } from "#report/check/check-text.js";
import { junit } from "#report/check/junit.js";
import { sarif } from "#report/check/sarif.js";
import { RULES } from "#rules/catalogue.js";
import { fixtures } from "./fixture-files.js";

const ODD = [
  "null",
  "{}",
  "[]",
  "-1",
  '""',
  "1e999",
  "{a: [{}, null]}",
  "[null, {}]",
  "true",
  "99999999999999999999",
  '"\\u0000\\u202e"',
  "__proto__",
  "&a [*a]",
  "*missing",
  "|\n  text",
  "{{ .Values.x }}",
];

/** A few lines left out, doubled, moved or given an odd value. */
function mangled(text: string, random: Prng): string {
  const lines = text.split("\n");
  for (let count = 1 + random.below(4); count > 0; count--) {
    const at = random.below(lines.length);
    const line = lines[at] ?? "";
    const [, head = ""] = /^(\s*(?:- )?[^:]*:)/.exec(line) ?? [];
    switch (random.below(5)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, line);
        break;
      case 2:
        lines[at] = line.replace(/^ {2}/, "");
        break;
      default:
        lines[at] = `${head} ${random.pick(ODD)}`;
    }
  }
  return lines.join("\n");
}

test("mangled manifests, settings and tools' files are judged or refused, never a fault of ours", () => {
  const random = prng(20);
  const all = fixtures();
  let judged = 0;
  let problems = 0;
  for (let round = 0; round < 1_500; round++) {
    const fixture = random.pick(all);
    const options = readCheckOptions(fixture.argv);
    const files = readInputs(options).map((one) => ({ ...one, text: mangled(one.text, random) }));
    try {
      const loaded = projectOf(options, files as InputFile[]);
      const report = reportOf(loaded, RULES, review(loaded, RULES));
      checkText(report, { columns: 80, showOpen: true, showAll: true });
      JSON.parse(sarif(report, "0"));
      junit(report);
      judged++;
      if (report.problems.length > 0) problems++;
    } catch (error) {
      const text = files.map((one) => `${one.file}\n${one.text}`).join("\n");
      // A template is a mistake of the call.
      assert.ok(error instanceof UserError, `${(error as Error).stack}\n${text}`);
    }
  }
  assert.ok(judged > 1_000 && problems > 100, `${judged} judged, ${problems} with problems`);
});

const POD = (command: string): string =>
  [
    "apiVersion: v1",
    "kind: Pod",
    "metadata: {name: a}",
    "spec:",
    "  initContainers:",
    `    - {name: i, image: a, command: [sh, -c, ${command}]}`,
    "  containers:",
    `    - {name: c, image: a, command: [air, -build.bin, ${command}], workingDir: /app, lifecycle: {postStart: {exec: {command: [sh, -c, ${command}]}}}}`,
    `    - {name: d, image: a, command: [sh, -c, ${command}]}`,
    `    - {name: e, image: a, command: [reflex, -s, --, sh, -c, ${command}]}`,
  ].join("\n");

for (const [name, piece] of [
  ["words", "a "],
  ["separators", ";&|"],
  ["spaces", "   "],
  ["flags", "-e a,b,c "],
  ["watches", "inotifywait -m -e a /x | while "],
  ["waits", "until nc -z a 1; do "],
  ["timeouts", "timeout -k 1 "],
  ["assignments", "A=b "],
  ["addresses", "127.0.0.1:80"],
  ["quotes", "'"],
  ["builds", "go build -o x && "],
  ["tests", "[ -e ] || cp "],
  ["traps", "trap x "],
] as const) {
  test(`a megabyte of ${name} takes no longer than it should`, () => {
    const text = POD(JSON.stringify(piece.repeat(Math.ceil(250_000 / piece.length))));
    const options = readCheckOptions(["-"]);
    const begun = performance.now();
    const loaded = projectOf(options, [{ kind: "manifest", file: "-", text }]);
    reportOf(loaded, RULES, review(loaded, RULES));
    const tookMs = performance.now() - begun;
    assert.equal(loaded.project.workloads.length, 1);
    // What grows with the square of the length takes minutes; a busy machine takes some seconds.
    assert.ok(tookMs < 30_000, `${Math.round(tookMs)} ms`);
  });
}
