import { container, pod } from "#lab/probe/lab-pod.js";
import type { PodLog } from "#lab/probe/pod-log.js";
import type { ContainerProcesses } from "#lab/probe/real-host.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { DEPENDENCY, WAIT_FOR_PORT } from "#lab/programs/signals/dependency.js";
import type { Recorder } from "#lab/record.js";
import type { Container, PodSpec } from "#model/kube/pod.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

export const PATIENCE_MS = 60_000;

/** One init container: its part of the pod, and what runs as it. */
export interface InitStep {
  readonly fields: Partial<Container>;
  readonly processes: ContainerProcesses;
}

/** A pod with these init containers, and after them an app that only lives. */
export function runInitPod(
  bench: LabBench,
  record: Recorder,
  steps: readonly InitStep[],
  fields: Partial<PodSpec> = {},
): PodRun {
  const app: ContainerProcesses = { start: () => bench.processes.start(["sleep", "1000"]) };
  return runPod({
    ...{ bench, record },
    pod: pod({
      initContainers: steps.map((step) => container(step.fields)),
      containers: [container()],
      ...fields,
    }),
    processes: [...steps.map(({ processes }) => processes), app],
  });
}

/** `seconds` are nominal. */
export function sleepStep(bench: LabBench, name: string, seconds: number): InitStep {
  const argv = ["sleep", `${seconds * bench.scale}`];
  return { fields: { name }, processes: { start: () => bench.processes.start(argv) } };
}

/** Waits for the port as such init containers do, asking every 2 nominal seconds. */
export function waitStep(bench: LabBench, port: number): InitStep {
  const { files, folder, network, processes, scale } = bench;
  files.write(`${folder}/wait.mjs`, WAIT_FOR_PORT);
  const env = { HOST: network.host, PORT: `${port}`, POLL_MS: `${2_000 * scale}` };
  const start = () => processes.start(["node", "wait.mjs"], { env });
  return { fields: { name: "wait-for-db" }, processes: { start } };
}

/** Starts what is waited for, and resolves when it accepts. */
export async function startDependency(bench: LabBench, port: number): Promise<LabProcess> {
  const { files, folder, network, processes } = bench;
  files.write(`${folder}/dependency.mjs`, DEPENDENCY);
  const env = { HOST: network.host, PORT: `${port}` };
  const process = await processes.start(["node", "dependency.mjs"], { env });
  await process.lines.until("listen", ({ text }) => text === "listening", 0, PATIENCE_MS);
  return process;
}

/** Containers that began before the one before them had ended; `count`: of the pod, the app included. */
export function outOfOrder({ lines }: PodLog, count: number): number {
  const indexOf = (what: string, place: number): number =>
    lines.findIndex((line) => line.what === what && line.place === place);
  return Array.from({ length: count - 1 }, (_, place) => place).filter((place) => {
    const began = indexOf("started", place + 1);
    const ended = indexOf("exited", place);
    return began >= 0 && (ended < 0 || ended > began);
  }).length;
}

/** What the kubelet says of the pod, beside starts, ends and states. */
export function eventsIn({ lines }: PodLog): number {
  return lines.filter(({ what }) => !SILENT.includes(what)).length;
}

const SILENT = ["started", "exited", "phase", "Ready", "NotReady"];

/** Of the first `count` containers: those that completed. */
export function completed({ lines }: PodLog, count: number): number {
  const isDone = (place: number): boolean =>
    lines.some((line) => line.what === "exited" && line.place === place && line.text === "0");
  return Array.from({ length: count }, (_, place) => place).filter(isDone).length;
}

/** Starts of the first `count` containers beyond the first one of each. */
export function restartsOf({ lines }: PodLog, count: number): number {
  const started = lines.filter(({ what, place }) => what === "started" && place < count);
  return started.length - new Set(started.map(({ place }) => place)).size;
}
