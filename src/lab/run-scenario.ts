import { prng } from "#base/prng.js";
import type { ArmResult, ScenarioResult } from "#model/lab/lab-report.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import type { LabMachine } from "#ports/lab/lab-machine.js";
import { podsOf } from "./cluster/catalogue.js";
import {
  type ReadyCluster,
  runClusterArms,
  type UnreadyCluster,
} from "./cluster/run-cluster-arms.js";
import { judgeArm, judgeScenario, skipped, type TakenArm } from "./judge/judge.js";
import { NEEDS, type Need } from "./need.js";
import { newRecording } from "./record.js";
import type { Arm, Scenario } from "./scenario.js";

export interface RunOptions {
  readonly seed: number;
  /** Of scenarios whose times are scaled. */
  readonly scale: number;
  /** Of the kubelet that is hotpod's model. */
  readonly cri: LabBench["cri"];
  /** Of the arms with processes of this machine; `cluster`: none of them. */
  readonly side: "before" | "after" | "both" | "cluster";
  /** Where arms in a cluster run; null: nowhere. */
  readonly cluster: ReadyCluster | UnreadyCluster | null;
  /** Told before each arm; before all of those in a cluster at once. */
  readonly begins: (scenario: Scenario, label: string) => void;
}

/** Runs one scenario, arm after arm, and judges it. Never rejects: what fails is in the result. */
export async function runScenario(
  scenario: Scenario,
  machine: LabMachine,
  options: RunOptions,
): Promise<ScenarioResult> {
  const { cluster, side } = options;
  const pods = cluster === null ? null : podsOf(scenario.id);
  const beganMs = machine.nowMs();
  const arms: ArmResult[] = [];
  if (side !== "cluster") {
    const lacking = missing(scenario.needs, machine);
    if (lacking !== null && pods === null) return skipped(scenario, lacking);
    arms.push(...(await takeArms(scenario, machine, options)));
  }
  if (cluster !== null && pods !== null) {
    options.begins(scenario, "pods in the cluster");
    arms.push(...(await runClusterArms(scenario, pods, cluster, machine)));
  }
  if (arms.length === 0) return skipped(scenario, nothingToRun(side));
  return judgeScenario(scenario, arms, { elapsedMs: machine.nowMs() - beganMs, pods });
}

const nothingToRun = (side: RunOptions["side"]): string =>
  side === "cluster" ? "it has no arm in a cluster" : "no arm was chosen";

async function takeArms(
  scenario: Scenario,
  machine: LabMachine,
  options: RunOptions,
): Promise<readonly ArmResult[]> {
  const arms: ArmResult[] = [];
  for (const arm of scenario.arms) {
    if (options.side !== "both" && arm.side !== options.side) continue;
    options.begins(scenario, arm.label);
    arms.push(judgeArm(arm, await takeArm(scenario, arm, machine, options), options.cri));
  }
  return arms;
}

async function takeArm(
  scenario: Scenario,
  arm: Arm,
  machine: LabMachine,
  { seed, scale }: RunOptions,
): Promise<TakenArm> {
  const { name, side, label } = arm;
  const about = { name, side, label };
  const lacking = missing([...scenario.needs, ...arm.needs], machine);
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
/** An empty build cache takes its time as well. */
const LIMIT_MS_MIN = 300_000;
