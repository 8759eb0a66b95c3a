import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import type { PodLog } from "#lab/probe/pod-log.js";
import { fateOf, type Outage, type Socket } from "#lab/probe/probe-fate.js";
import { type PodRun, runPod } from "#lab/probe/run-pod.js";
import { STOP_FIRST } from "#lab/programs/windows/stop-first.js";
import type { Recorder } from "#lab/record.js";
import type { LabBench, LabProcess } from "#ports/lab/lab-bench.js";

/** Pods, each with a reload tool that stops first; one save reaches all of them. Times are nominal seconds. */
export interface StopFirst {
  readonly pods: readonly Asked[];
  /** From the tool's stopping the service to its port being open again, but for what the processes take. */
  readonly outage: number;
  /** `held`: the tool keeps the socket open, and nobody answers meanwhile. */
  readonly socket: "own" | "held";
  /** The build at the start of each container, before there is any service. 0: it is there when the pods begin. */
  readonly cold: number;
  /** By the age of the pods. */
  readonly saves: readonly number[];
  /** How long they are watched. */
  readonly until: number;
  /** The probes' timeout is scaled as all else is, however short that makes it. */
  readonly exactTimeout: boolean;
}

/** A pod by its liveness probe, whose ticks come `phase` nominal seconds after the beginning of a period. */
export interface Asked {
  readonly phase: number;
  readonly liveness: ProbeLetters;
}

export interface Lived extends Asked {
  readonly log: PodLog;
  /** Of its first container, by the pod's clock. */
  readonly outages: readonly Outage[];
}

/** Of an outage, the last part: nominal seconds that the service takes to listen. */
const START = 0.5;

/** So many phases, spread evenly over a period. */
export function phasesOf(count: number, period: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => ((index + 0.5) * period) / count);
}

/** Lets the pods live beside each other. Some of them are drawn. */
export async function stopFirstPods(
  bench: LabBench,
  record: Recorder,
  asked: StopFirst,
): Promise<readonly Lived[]> {
  const { clock, files, folder, scale } = bench;
  const watched = `${folder}/watched`;
  files.makeFolder(watched);
  const ports = await freePorts(bench, asked.pods.length);
  const tools = await Promise.all(ports.map((port) => startTool(bench, watched, port, asked)));
  const beganMs = clock.nowMs();
  const runs = asked.pods.map(({ phase, liveness }, index) => {
    const { port, start } = tools[index] as StopFirstTool;
    const livenessProbe = probe(httpGet(port, "/"), liveness);
    const named = container({ name: `${phase} s`, livenessProbe });
    return runPod({
      ...{ bench, record: index < DRAWN ? record : null, processes: [{ start }] },
      ...{ pod: pod({ containers: [named] }), phaseSeconds: phase },
      ...(asked.exactTimeout ? { timeoutFloorMs: 0 } : {}),
    });
  });
  const waitUntil = (age: number): Promise<void> =>
    clock.wait(beganMs + age * 1_000 * scale - clock.nowMs());
  for (const [index, save] of asked.saves.entries()) {
    await waitUntil(save);
    files.write(`${folder}/next`, `${index}`);
    files.rename(`${folder}/next`, `${watched}/source`);
    record.mark(`save ${index + 1}`);
  }
  await waitUntil(asked.until);
  await Promise.all(runs.map(endPod));
  return asked.pods.map((one, index) => {
    const { log, beganMs: podBeganMs } = runs[index] as PodRun;
    const { lines } = (tools[index] as StopFirstTool).first;
    return { ...one, log, outages: outagesOf(lines.items, { beganMs: podBeganMs, scale }) };
  });
}

export interface StopFirstTool {
  readonly port: number;
  readonly first: LabProcess;
  /** Of a pod's container. */
  start(instance: number): Promise<LabProcess>;
}

export interface ToolOptions extends Pick<StopFirst, "socket" | "cold" | "outage"> {
  /** Where the tool answers readiness: 503 while it reloads. */
  readonly readyPort?: number;
}

/** Resolves when the service listens; with a cold build, when the tool stands ready to begin it. */
export async function startTool(
  bench: LabBench,
  watched: string,
  port: number,
  { socket, cold, outage, readyPort }: ToolOptions,
): Promise<StopFirstTool> {
  const { network, processes, scale } = bench;
  const program = await bench.goProgram("stop-first", STOP_FIRST);
  const ms = (seconds: number): string => `${seconds * 1_000 * scale}`;
  const env = {
    ...{ WATCH: watched, HOST: network.host, PORT: `${port}`, SOCKET: socket },
    ...{ COLD_MS: ms(cold), BUILD_MS: ms(outage - START), START_MS: ms(START) },
    READY_PORT: readyPort === undefined ? "" : `${readyPort}`,
  };
  // The start of many processes takes a while: those with a cold build stand ready, and begin with their pods.
  const WAIT = cold === 0 ? "" : "1";
  const first = await processes.start([program], { env: { ...env, WAIT } });
  await first.lines.until("the tool", cold === 0 ? isOpen : isWaiting, 0, PATIENCE_MS);
  return {
    ...{ port, first },
    start(instance) {
      if (instance > 0) return processes.start([program], { env });
      if (cold > 0) first.signal("SIGUSR1");
      return Promise.resolve(first);
    },
  };
}

/** Asked for one by one, the same could be given twice. */
export async function freePorts({ network }: LabBench, count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await network.freePort());
  return [...ports];
}

export async function endPod(run: PodRun): Promise<void> {
  const running = run.process(0);
  run.stop();
  running?.signal("SIGKILL");
  await running?.exited;
}

const isWaiting = ({ text }: { readonly text: string }): boolean => text === "waiting";
const isOpen = ({ text }: { readonly text: string }): boolean => text.startsWith("open ");

/** What the tool and its service have said of themselves, by the pod's clock. The first outage is the time before the service came up. */
export function outagesOf(
  lines: readonly { readonly text: string }[],
  { beganMs, scale }: { readonly beganMs: number; readonly scale: number },
): readonly Outage[] {
  const said = lines.map(({ text }) => {
    const [word = "", ms = ""] = text.split(" ");
    return { word, at: (Number(ms) - beganMs) / 1_000 / scale };
  });
  const next = (name: string, from: number): number =>
    said.slice(from).find(({ word }) => word === name)?.at ?? Number.POSITIVE_INFINITY;
  const openFrom = (from: number) => ({ opening: next("opening", from), open: next("open", from) });
  const never = Number.NEGATIVE_INFINITY;
  const later = said.flatMap(({ word, at: stopping }, index): Outage[] => {
    if (word !== "stopping") return [];
    return [{ stopping, stopped: next("stopped", index), ...openFrom(index) }];
  });
  return [{ stopping: never, stopped: never, ...openFrom(0) }, ...later];
}

/** What became of the liveness probes of a pod up to its first kill. */
export interface ProbeCount {
  /** That were answered or failed, before the first kill. */
  readonly asked: number;
  /** Failed by an outage. */
  readonly failed: number;
  /** Timed out though no outage was near: the machine was busy. */
  readonly late: number;
  /** Became what they must not have become by the pod's own outages. */
  readonly contrary: number;
}

export function countProbes({ phase, liveness, log, outages }: Lived, held: boolean): ProbeCount {
  const { P = 10, T = 1 } = liveness;
  const socket: Socket = held ? { kind: "waits", timeout: T } : { kind: "refuses" };
  const killed = log.lines.findIndex(({ what }) => what === "Killing");
  const lines = killed < 0 ? log.lines : log.lines.slice(0, killed);
  const count = { asked: 0, failed: 0, late: 0, contrary: 0 };
  for (const { what, at, text } of lines) {
    const fails = what === "liveness failure";
    if (!fails && what !== "liveness success") continue;
    count.asked += 1;
    const earliest = phase + Math.floor((at - phase) / P) * P;
    const waited = held && fails ? T : 0;
    const fate = fateOf({ earliest, latest: Math.max(earliest, at - waited) }, outages, socket);
    if (fails && fate === "passes" && text.includes("Client.Timeout")) count.late += 1;
    else {
      if (fails) count.failed += 1;
      if (fate === (fails ? "passes" : "fails")) count.contrary += 1;
    }
  }
  return count;
}

const DRAWN = 3;
const PATIENCE_MS = 60_000;
