import { prng } from "#base/prng.js";
import type { ArmResult, ScenarioResult } from "#model/lab/lab-report.js";
import type { LabMachine } from "#ports/lab/lab-machine.js";
import { judgeArm, judgeScenario, skipped, type TakenArm } from "./judge/judge.js";
import { NEEDS, type Need } from "./need.js";
import { newRecording } from "./record.js";
import type { Arm, Scenario } from "./scenario.js";

export interface RunOptions {
  readonly seed: number;
  /** Of scenarios whose times are scaled. */
  readonly scale: number;
  readonly side: "before" | "after" | "both";
  /** Told before each arm. */
  readonly begins: (scenario: Scenario, arm: Arm) => void;
}

/** Runs one scenario, arm after arm, and judges it. Never rejects: what fails is in the result. */
export async function runScenario(
  scenario: Scenario,
  machine: LabMachine,
  options: RunOptions,
): Promise<ScenarioResult> {
  const lacking = missing(scenario.needs, machine);
  if (lacking !== null) return skipped(scenario, lacking);
  const beganMs = machine.nowMs();
  const arms: ArmResult[] = [];
  for (const arm of scenario.arms) {
    if (options.side !== "both" && arm.side !== options.side) continue;
    options.begins(scenario, arm);
    arms.push(judgeArm(arm, await takeArm(scenario, arm, machine, options)));
  }
  return judgeScenario(scenario, arms, { elapsedMs: machine.nowMs() - beganMs });
}

async function takeArm(
  scenario: Scenario,
  arm: Arm,
  machine: LabMachine,
  { seed, scale }: RunOptions,
): Promise<TakenArm> {
  const { name, side, label } = arm;
  const about = { name, side, label };
  const lacking = missing(arm.needs, machine);
  const recording = newRecording(scenario.measures, machine.nowMs);
  const taken = (status: TakenArm["status"], reason: string | null): TakenArm => {
    const timeline = recording.timeline();
    const measures = recording.measures();
    return { ...about, status, reason, measures, timeline, elapsedMs: timeline.tookMs };
  };
  if (lacking !== null) return taken("skipped", lacking);
  const opened = await machine.openBench(scenario.id, name, scenario.timed ? scale : 1);
  let failure: string | null = null;
  try {
    const limitMs = Math.max(LIMIT_MS_MIN, scenario.budgetSeconds * 1_000 * PATIENCE);
    const random = prng(seed + Number(scenario.id.slice(1)));
    const work = arm.run(opened.bench, recording.recorder, random);
    await machine.within(limitMs, `${scenario.id} ${name}`, work);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const result = taken(failure === null ? "run" : "failed", failure);
  const left = await opened.close();
  if (left.length === 0) return result;
  const words = `left behind: ${left.join(", ")}`;
  return { ...result, status: "failed", reason: [result.reason, words].filter(Boolean).join("; ") };
}

/** Says what is missing and how to get it; null: all is there. */
function missing(needs: readonly Need[], machine: LabMachine): string | null {
  const lacking = needs.flatMap((need) => {
    const known = machine.needs.find((one) => one.need === need);
    return known?.found === true ? [] : [`${need} is missing: ${known?.detail ?? NEEDS[need]}`];
  });
  return lacking.length === 0 ? null : lacking.join("; ");
}

/** A machine that others use takes longer; something that hangs must end all the same. */
const PATIENCE = 5;
const LIMIT_MS_MIN = 120_000;
