import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { loadProject } from "#cli/check/load-project.js";
import { regionOf } from "#manifest/text/source.js";
import { RULES } from "#rules/catalogue.js";
import { judge } from "#rules/judge/judge.js";
import { fixtures } from "./fixture-files.js";

const all = fixtures();

for (const rule of RULES) {
  describe(`${rule.id} ${rule.name}`, () => {
    const own = all.filter((one) => one.rule === rule.id);
    for (const fixture of own) {
      test(fixture.name, () => {
        const options = readCheckOptions(fixture.argv);
        const { project, problems, unread } = loadProject(options);
        assert.deepEqual([problems, unread], [[], []]);
        const { findings, open } = judge(project, [rule]);
        const found = findings.map(({ fault, severity }) => {
          const region = regionOf(fault.at);
          return region === null ? `- ${severity}` : `${region.file}:${region.line} ${severity}`;
        });
        assert.deepEqual(found.sort(), fixture.marks);
        const missing = [
          ...new Set(open.flatMap((one) => one.missing.map(({ input }) => input as string))),
        ].sort();
        assert.deepEqual(missing, [...fixture.missing].sort());
        if (fixture.expects === "fires") assert.notEqual(found.length, 0);
        for (const { fault } of findings) assert.match(fault.message, /^[A-Z0-9`].*[.]$/s);
      });
    }
    // Programs are built where they are needed, and tried in a test of their own.
    if (rule.inputs.startsWith("B")) return;
    test("has an example that fires and one that does not", () => {
      const kinds = new Set(own.map(({ expects }) => expects));
      assert.ok(kinds.has("fires") && kinds.has("quiet"), [...kinds].join(", "));
    });
  });
}

test("every example belongs to a rule", () => {
  const known = new Set(RULES.map(({ id }) => id));
  assert.deepEqual(
    all.filter(({ rule }) => !known.has(rule)).map(({ rule }) => rule),
    [],
  );
});

test("rules have the name, the number and the place their file says", () => {
  const ids = RULES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, name } of RULES) {
    const family = id.slice(0, -2).toLowerCase();
    const text = readFileSync(`src/rules/${family}/${id.toLowerCase()}-${name}.ts`, "utf8");
    assert.match(text, new RegExp(`id: "${id}"`));
  }
});
