/** The runtime of the lab's kubelet: what it counts, and what its events say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScenarioResult } from "#model/lab/lab-report.js";
import { startLab } from "./lab-process.js";

const limits = { timeout: 300_000 };

const cases = [
  { cri: "dockershim", verdict: "confirmed", event: /^Liveness probe failed: OCI runtime exec/ },
  {
    cri: "crio",
    verdict: "confirmed-with-correction",
    event: /^Liveness probe errored .*rpc error: .* command error: .*, exit code -1$/,
  },
] as const;

for (const { cri, verdict, event } of cases) {
  test(`under ${cri} a missing file is ${verdict}, as predicted`, limits, async (context) => {
    const args = ["L104", "--arm", "before", "--format", "json", "--cri", cri];
    const lab = await startLab(context, args);
    assert.equal(await lab.child.finished, 0, lab.all.items.join("\n"));
    const result = JSON.parse(lab.stdout.items[0] ?? "") as ScenarioResult;
    assert.deepEqual([result.verdict, result.prediction], [verdict, "as-predicted"]);
    const told = result.arms.find(({ name }) => name === "uncounted")?.measures.event;
    assert.ok(told?.kind === "text");
    assert.match(told.value, event);
  });
}
