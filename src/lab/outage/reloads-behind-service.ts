import { container, httpGet, type ProbeLetters, pod, probe } from "#lab/probe/lab-pod.js";
import type { PodLine } from "#lab/probe/pod-log.js";
import { runPod } from "#lab/probe/run-pod.js";
import { slower } from "#lab/probe/slower.js";
import { ROUTED_CLIENTS } from "#lab/programs/windows/routed-clients.js";
import type { Recorder } from "#lab/record.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { type RoutedClients, routedClients } from "./routed-clients.js";
import {
  endPod,
  freePorts,
  outagesOf,
  phasesOf,
  type StopFirstTool,
  startTool,
} from "./stop-first-pods.js";

/** Pods that reload beside each other, each behind a Service and with clients of its own. Times are nominal seconds. */
export interface Reload {
  readonly pods: number;
  /** Further pods behind each Service, which do not reload. */
  readonly others: number;
  readonly readiness: ProbeLetters & { readonly P: number };
  readonly outage: number;
  /** How long they are watched after the save. */
  readonly afterwards: number;
}

export interface Reloaded {
  readonly windowSeconds: number;
  readonly flipped: boolean;
  /** Out of the Service; null: it never was. */
  readonly awaySeconds: number | null;
  readonly requests: number;
  readonly failed: number;
  /** Requests that would have met the closed port, had nothing been taken out of the Service. */
  readonly exposed: number;
}

export async function reloads(
  whole: LabBench,
  record: Recorder,
  asked: Reload,
): Promise<readonly Reloaded[]> {
  // What the processes take themselves is less of a window that lasts longer.
  const bench = slower(whole, 1.5);
  const { clock, files, folder, scale } = bench;
  const watched = `${folder}/watched`;
  files.makeFolder(watched);
  // No compiler may run while pods are watched.
  await bench.goProgram("routed-clients", ROUTED_CLIENTS);
  const others = await otherPods(bench, asked.others);
  const ports = await freePorts(bench, asked.pods * 2);
  const apps = ports.slice(0, asked.pods);
  const pods = await Promise.all(
    apps.map(async (port, index) => {
      const readyPort = ports[asked.pods + index] as number;
      const options = { socket: "own", cold: 0, outage: asked.outage, readyPort } as const;
      return { ...(await startTool(bench, watched, port, options)), readyPort };
    }),
  );
  const beganMs = clock.nowMs();
  const waitUntil = (seconds: number): Promise<void> =>
    clock.wait(beganMs + seconds * 1_000 * scale - clock.nowMs());
  const began: Began[] = [];
  for (const [index, phase] of phasesOf(asked.pods, asked.readiness.P).entries()) {
    // A readiness probe's ticks count from the moment at which the kubelet sees the container run.
    await waitUntil(phase);
    const drawn = index < DRAWN ? record : null;
    began.push(beginPod(bench, drawn, pods[index] as ReadyTool, { ...asked.readiness, phase }));
  }
  await Promise.all(began.map(({ run }) => run.log.seen("Ready", 1, PATIENCE_MS)));
  for (const [index, one] of began.entries()) {
    const name = `${index}`;
    const ready = [apps[index] as number, ...others];
    one.clients = await routedClients(bench, { name, ready, ratePerSecond: RATE });
  }
  // What the start of so many clients has held up is over by then.
  await clock.wait(asked.readiness.P * 1_000 * scale);
  files.write(`${folder}/next`, "saved");
  files.rename(`${folder}/next`, `${watched}/source`);
  record.mark("save");
  await clock.wait(asked.afterwards * 1_000 * scale);
  const ends: Reloaded[] = [];
  for (const [index, { run, clients }] of began.entries()) {
    const end = await (clients as RoutedClients).stop();
    await endPod(run);
    const { lines } = (pods[index] as StopFirstTool).first;
    const [, outage] = outagesOf(lines.items, { beganMs, scale });
    if (outage === undefined) throw new Error("the tool has not reloaded");
    const windowSeconds = outage.open - outage.stopping;
    const perSecond = (end.requests / end.tookMs) * 1_000;
    const exposed = (perSecond * windowSeconds * scale) / (1 + others.length);
    const { requests, failed } = end;
    if (index === 0) record.traffic(end.beganMs, end.traffic);
    const awaySeconds = awayOf(run.log.lines);
    ends.push({
      ...{ windowSeconds, requests, failed, exposed, awaySeconds },
      flipped: run.log.count("NotReady") > 0,
    });
  }
  return ends;
}

/** Pods that serve all the time; their ports. */
export async function otherPods(bench: LabBench, count: number): Promise<readonly number[]> {
  const quiet = `${bench.folder}/quiet`;
  bench.files.makeFolder(quiet);
  const ports = await freePorts(bench, count);
  const options = { socket: "own", cold: 0, outage: 1 } as const;
  await Promise.all(ports.map((port) => startTool(bench, quiet, port, options)));
  return ports;
}

interface ReadyTool extends StopFirstTool {
  readonly readyPort: number;
}

interface Began {
  readonly run: ReturnType<typeof runPod>;
  clients: RoutedClients | null;
}

function beginPod(
  bench: LabBench,
  record: Recorder | null,
  tool: ReadyTool,
  { phase, ...letters }: ProbeLetters & { readonly phase: number },
): Began {
  const readinessProbe = probe(httpGet(tool.readyPort, "/readyz"), letters);
  const named = container({ name: `${phase} s`, readinessProbe });
  const began: { clients: RoutedClients | null } = { clients: null };
  const heard = ({ what }: PodLine): void => {
    if (what === "Ready" || what === "NotReady") {
      began.clients?.setReady(tool.port, what === "Ready");
    }
  };
  const run = runPod({
    ...{ bench, record, pod: pod({ containers: [named] }), heard },
    ...{ processes: [{ start: tool.start }], timeoutFloorMs: FLOOR_MS },
  });
  return Object.assign(began, { run });
}

/** From the last loss of readiness to the next gain of it. */
function awayOf(lines: readonly PodLine[]): number | null {
  const lost = lines.findLast(({ what }) => what === "NotReady");
  if (lost === undefined) return null;
  const back = lines.find(({ what, at }) => what === "Ready" && at > lost.at);
  return back === undefined ? null : back.at - lost.at;
}

/** A busy tool answers late; what it answers is what counts. */
const FLOOR_MS = 5_000;
/** Real, a second. */
const RATE = 90;
const DRAWN = 3;
const PATIENCE_MS = 60_000;
