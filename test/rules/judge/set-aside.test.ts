import assert from "node:assert/strict";
import { test } from "node:test";
import { readCheckOptions } from "#cli/check/check-options.js";
import { projectOf } from "#cli/check/load-project.js";
import { reportOf, review } from "#cli/check/report-of.js";
import { RULES } from "#rules/catalogue.js";

/** What becomes of a pod whose liveness probe kills at the first failure, or certainly kills its start. */
function reported(text: string, ...flags: readonly string[]) {
  const options = readCheckOptions(["-", ...flags]);
  const loaded = projectOf(options, [{ kind: "manifest", file: "-", text }]);
  return reportOf(loaded, RULES, review(loaded, RULES));
}

const pod = (annotation: string, comment = ""): string => `apiVersion: v1
kind: Pod
metadata:
  name: api
  annotations: { ${annotation} }
spec:
  containers:
    - name: api
      image: api:1
      livenessProbe: ${comment}
        httpGet: { path: /healthz, port: 8080 }
        periodSeconds: 5
        failureThreshold: 3
`;

const SLOW = ["--timing", "coldStart=60"];
const asideOf = (report: ReturnType<typeof reported>, rule: string) =>
  report.findings
    .filter((one) => one.rule === rule)
    .map(({ suppressed }) => suppressed?.by ?? null);

test("a comment is no way round what an annotation must say of a grave error", () => {
  const bare = reported(pod("", "# hotpod:ignore HP201 we know about this one"), ...SLOW);
  assert.deepEqual(asideOf(bare, "HP201"), [null]);
  const [finding] = bare.findings;
  assert.match(finding?.related.at(-1)?.message ?? "", /It is not set aside: .*class= and until=/);
  const dev = reported(
    pod("", "# hotpod:ignore HP201 we know about this one"),
    ...SLOW,
    "--profile",
    "dev",
  );
  assert.deepEqual(asideOf(dev, "HP201"), ["comment"]);
});

test("an annotation that does not count says so at the finding", () => {
  const report = reported(pod('hotpod.dev/ignore.HP201: "we know about this one"'), ...SLOW);
  assert.deepEqual(asideOf(report, "HP201"), [null]);
  assert.match(report.findings[0]?.related.at(-1)?.message ?? "", /class= and until=/);
});

test("a suppression that hides nothing is a finding, unless its rule could not be judged", () => {
  const annotation = 'hotpod.dev/ignore.HP201: "we know about this one"';
  const quick = reported(pod(annotation), "--timing", "coldStart=1");
  assert.match(
    quick.findings.find(({ rule }) => rule === "HP1307")?.message ?? "",
    /hides nothing/,
  );
  assert.equal(reported(pod(annotation)).findings.length, 0);
});
