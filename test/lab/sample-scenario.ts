import { above, equals, predict } from "#lab/judge/prediction.js";
import type { Scenario } from "#lab/scenario.js";
import type { ArmResult, Measure } from "#model/lab/lab-report.js";

/** A scenario of two arms that measure how many requests failed; nothing of it is ever run. */
export const sampleScenario: Scenario = {
  ...{ id: "L199", chapter: 1, title: "A sample", claim: "Swaps lose requests." },
  ...{ story: { before: "b", after: "a" }, correction: "Only some do.", advice: ["Use hotpod."] },
  ...{ rules: [], settings: [], needs: [], budgetSeconds: 1, timed: false, tags: ["quick"] },
  measures: { failed: { about: "failed requests", unit: "requests" } },
  arms: [
    {
      ...{ name: "old", side: "before", label: "the old way", needs: [] },
      predictions: [predict("failed", above(0), "it stops first")],
      run: async () => {},
    },
    {
      ...{ name: "new", side: "after", label: "hotpod", needs: ["go"] },
      predictions: [predict("failed", equals(0), "it overlaps")],
      run: async () => {},
    },
  ],
  predictions: [predict("old.failed", above({ measure: "new.failed" }), "that is the point")],
  verdicts: [
    { verdict: "confirmed", when: [predict("old.failed", above(9), "many")] },
    { verdict: "confirmed-with-correction", when: [predict("old.failed", above(0), "some")] },
    { verdict: "refuted", when: [predict("old.failed", equals(0), "none")] },
  ],
  headline: { before: "old.failed", after: "new.failed", about: "failed requests" },
  byHand: "true",
};

export function failed(value: number): Readonly<Record<string, Measure>> {
  const upper95 = value === 0 ? 0.03 : null;
  return {
    failed: { kind: "count", about: "failed requests", unit: "requests", value, n: 100, upper95 },
  };
}

/** An arm as it was taken, without its assertions. */
export function taken(
  name: "old" | "new",
  fields: Partial<Omit<ArmResult, "assertions">> = {},
): Omit<ArmResult, "assertions"> {
  const timeline = { tookMs: 5, marks: [], lanes: [], traffic: null };
  return {
    ...{ name, side: name === "old" ? "before" : "after", label: name, status: "run" },
    ...{ reason: null, measures: {}, timeline, elapsedMs: 5 },
    ...fields,
  };
}
