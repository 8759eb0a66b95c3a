import { type NodeVersion, nodeVersion, type Runtime } from "#kubelet/node-version.js";
import { judgeArm } from "#lab/judge/judge.js";
import { newRecording } from "#lab/record.js";
import type { Scenario } from "#lab/scenario.js";
import type { ArmResult, BesideModel, ClusterNode } from "#model/lab/lab-report.js";
import type { LabMachine } from "#ports/lab/lab-machine.js";
import { type LabNamespace, openClusterBench } from "./cluster-bench.js";
import type { ClusterArm, ClusterScenario } from "./cluster-scenario.js";

/** A cluster in which the lab's image has run once. */
export interface ReadyCluster {
  readonly place: LabNamespace;
  /** The node that every pod runs on. */
  readonly node: string;
  readonly version: NodeVersion;
  /** Also the arms that take long. */
  readonly full: boolean;
}

/** A cluster in which it cannot run. */
export interface UnreadyCluster {
  readonly reason: string;
}

/** Runs the scenario's arms beside each other: their pods do not disturb one another. Never rejects. */
export function runClusterArms(
  scenario: Scenario,
  pods: ClusterScenario,
  ready: ReadyCluster | UnreadyCluster,
  machine: LabMachine,
): Promise<readonly ArmResult[]> {
  return Promise.all(
    pods.arms.map(async (arm) => judgeArm(arm, await takeArm(scenario, pods, arm, ready, machine))),
  );
}

async function takeArm(
  { id }: Scenario,
  { measures: texts }: ClusterScenario,
  arm: ClusterArm,
  ready: ReadyCluster | UnreadyCluster,
  machine: LabMachine,
): Promise<Omit<ArmResult, "assertions">> {
  const { name, label } = arm;
  const recording = newRecording(texts, machine.nowMs);
  let beside: readonly BesideModel[] = [];
  const taken = (status: ArmResult["status"], reason: string | null) => {
    const timeline = recording.timeline();
    return {
      ...{ name, side: "cluster" as const, label, status, reason, beside },
      ...{ measures: recording.measures(), timeline, elapsedMs: timeline.tookMs },
    };
  };
  if ("reason" in ready) return taken("skipped", ready.reason);
  if (arm.full === true && !ready.full) {
    return taken("skipped", `it takes some ${Math.round(arm.seconds / 60)} min: --full`);
  }
  const { place, node, version } = ready;
  const limitSeconds = patienceSeconds(arm);
  const prefix = `${id}-${name}-${place.unique()}`.toLowerCase();
  const opened = openClusterBench(place, prefix);
  let failure: string | null = null;
  try {
    const context = { bench: opened.bench, record: recording.recorder, prefix, node, version };
    const work = arm.run({ ...context, lifeSeconds: limitSeconds });
    beside = await machine.within(limitSeconds * 1_000, `${id} ${name}`, work);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const result = taken(failure === null ? "run" : "failed", failure);
  const left = await opened.close();
  if (left.length === 0) return result;
  const words = `left behind: ${left.join(", ")}`;
  return { ...result, status: "failed", reason: [result.reason, words].filter(Boolean).join("; ") };
}

/** After so long an arm is given up, and what is left of its pods ends by itself. */
export function patienceSeconds({ seconds }: ClusterArm): number {
  return Math.max(LIMIT_SECONDS_MIN, Math.round(seconds * PATIENCE));
}

/** How long a scenario's arms take beside each other. */
export function secondsOf({ arms }: ClusterScenario, full: boolean): number {
  return Math.max(0, ...arms.filter((arm) => full || arm.full !== true).map((arm) => arm.seconds));
}

/** The kubelet's version and runtime as the model has them; of a node that may not be read, the API server's. */
export function modelVersion(server: string, node: ClusterNode | null): NodeVersion {
  const minor = Number(/^v?1\.(\d+)/.exec(node?.kubelet ?? server)?.[1] ?? NEWEST);
  return nodeVersion(Math.min(NEWEST, Math.max(OLDEST, minor)), runtimeOf(node?.runtime ?? ""));
}

function runtimeOf(runtime: string): Runtime {
  if (runtime.startsWith("cri-o:")) return "crio";
  return runtime.startsWith("docker:") ? "dockershim" : "containerd";
}

/** Of the versions that the model knows. */
const [OLDEST, NEWEST] = [31, 36];
const PATIENCE = 3;
const LIMIT_SECONDS_MIN = 240;
