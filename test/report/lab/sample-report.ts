import { judgeArm, judgeScenario, skipped } from "#lab/judge/judge.js";
import type { Arm } from "#lab/scenario.js";
import type { LabReport, LabTimeline } from "#model/lab/lab-report.js";
import { failed, sampleScenario, taken } from "#test/lab/sample-scenario.js";

const timeline: LabTimeline = {
  tookMs: 1_000,
  marks: [{ atMs: 100, label: "save 1" }],
  lanes: [
    {
      name: "builds",
      spans: [{ fromMs: 100, toMs: 400, label: "build 1", tone: "busy" }],
      points: [],
    },
    {
      name: "liveness of app",
      spans: [],
      points: [
        { atMs: 50, kind: "pass", label: "passed" },
        { atMs: 150, kind: "fail", label: "Liveness probe failed: <refused>" },
        { atMs: 250, kind: "error", label: "no such file" },
      ],
    },
  ],
  traffic: { sliceMs: 50, succeeded: [5, 5], failed: [0, 3], latencyMaxMs: [1, 2] },
};

/** One scenario as predicted, one that was not, one skipped; `before` failed requests of the first. */
export function sampleReport(before = 12): LabReport {
  const [old, fresh] = sampleScenario.arms as readonly [Arm, Arm];
  const arms = (count: number, after: number) => [
    judgeArm(old, taken("old", { measures: failed(count), timeline })),
    judgeArm(fresh, taken("new", { measures: failed(after), timeline })),
  ];
  const second = { ...sampleScenario, id: "L299", chapter: 2 as const };
  return {
    schema: "hotpod.lab/v1",
    run: {
      ...{ id: "hotpod-lab-1", seed: 1, scale: 0.1, startedAt: "2026-01-02T03:04:05.000Z" },
      hotpod: "0.1.0",
      host: { kernel: "Linux 6.12", cores: 2, memoryGib: 4, node: "Node 20.19.0", go: null },
      needs: [{ need: "go", found: false, detail: "install Go" }],
    },
    scenarios: [
      judgeScenario(sampleScenario, arms(before, 0), { elapsedMs: 1_500 }),
      judgeScenario(second, arms(3, 1), { elapsedMs: 500 }),
      skipped({ ...sampleScenario, id: "L399", chapter: 3 }, "go is missing: install Go"),
    ],
  };
}
