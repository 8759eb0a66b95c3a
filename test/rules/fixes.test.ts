import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { planFixes } from "#cli/check/fix-files.js";
import { type InputFile, projectOf, readInputs } from "#cli/check/load-project.js";
import { review } from "#cli/check/report-of.js";
import { RULES } from "#rules/catalogue.js";
import { applyFix, draftedFiles, NO_DRAFTS } from "#rules/fix/apply-fix.js";
import { isRest, recheckFix } from "#rules/fix/recheck.js";
import { evidenceOf } from "#rules/judge/evidence.js";
import { judge } from "#rules/judge/judge.js";
import { fixtures } from "./fixture-files.js";

const withTexts = (
  files: readonly InputFile[],
  texts: ReadonlyMap<string, string>,
): readonly InputFile[] => files.map((one) => ({ ...one, text: texts.get(one.file) ?? one.text }));

const refusals: string[] = [];
let offered = 0;
let safe = 0;

for (const rule of RULES.filter(({ fix }) => fix !== "none")) {
  describe(`fixes of ${rule.id} ${rule.name}`, () => {
    for (const fixture of fixtures().filter(
      (one) => one.rule === rule.id && one.expects === "fires",
    )) {
      test(fixture.name, () => {
        const options = readCheckOptions(fixture.argv);
        const files = readInputs(options);
        const before = projectOf(options, files);
        const known = new Set(judge(before.project, RULES).findings.map(evidenceOf));
        for (const finding of judge(before.project, [rule]).findings) {
          const { fix } = finding.fault;
          if (fix === undefined) continue;
          const { added, stays, refused } = recheckFix(finding, fix, RULES, before.table);
          if (added.length > 0 || stays || refused) continue;
          const drafted = applyFix(NO_DRAFTS, fix);
          if (!drafted.ok) {
            refusals.push(`${rule.id}: ${drafted.error.what}`);
            continue;
          }
          offered++;
          if (fix.kind === "safe") safe++;
          const changed = withTexts(files, draftedFiles(drafted.value, before.texts));
          const after = projectOf(options, changed);
          assert.deepEqual([after.problems, after.unread], [[], []]);
          const now = judge(after.project, RULES).findings;
          const same = now.filter((one) => evidenceOf(one) === evidenceOf(finding));
          assert.ok(
            !same.some(({ severity }) => severity === finding.severity),
            "it is still there",
          );
          const fresh = now.filter((one) => !known.has(evidenceOf(one)) && !isRest(one, finding));
          assert.deepEqual(
            fresh.map((one) => `${one.rule.id} ${one.fault.message}`),
            [],
          );
        }
      });
    }
  });
}

test("fixes are offered, safe ones among them", () => {
  assert.ok(offered > 90 && safe > 30, `${offered} offered, ${safe} safe`);
  // The marks of the examples are comments, and a list with comments in it is not written anew.
  assert.deepEqual([...new Set(refusals)], ["HP303: comments would be lost with the block"]);
});

describe("all fixes of an example in one run", () => {
  for (const fixture of fixtures().filter(({ expects }) => expects === "fires")) {
    test(`${fixture.rule} ${fixture.name}`, () => {
      const options = { ...readCheckOptions(fixture.argv), fix: "suggested" as const };
      let files = readInputs(options);
      const first = projectOf(options, files);
      const worst = review(first, RULES).judgement.findings.length;
      for (let run = 0; ; run++) {
        const { files: texts } = planFixes(projectOf(options, files), RULES, options);
        if (texts.size === 0) break;
        assert.ok(run < 6, "it goes on and on");
        files = withTexts(files, texts) as InputFile[];
      }
      const last = projectOf(options, files);
      assert.deepEqual(last.unread, []);
      assert.ok(judge(last.project, RULES).findings.length <= worst, "there are more findings now");
    });
  }
});
