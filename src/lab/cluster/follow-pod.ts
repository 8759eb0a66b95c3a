import { container } from "#lab/probe/lab-pod.js";
import { newPodLog, type PodLog } from "#lab/probe/pod-log.js";
import type { Script } from "#lab/probe/virtual-pod.js";
import type { Recorder } from "#lab/record.js";
import type { BesideModel } from "#model/lab/lab-report.js";
import { besideModel, type Watched } from "./beside-model.js";
import type { ClusterBench } from "./cluster-bench.js";
import type { ArmContext } from "./cluster-scenario.js";
import { modelLives, podOf } from "./model-lives.js";
import { CONTAINER, type PodAsked, podManifest } from "./pod-manifest.js";
import {
  type ApiEndpoint,
  type ApiEvent,
  type ApiPod,
  eventRows,
  podRows,
  type Row,
} from "./pod-rows.js";

/** A pod of the cluster, in the same words as those of the lab's own kubelet. */
export interface FollowedPod {
  readonly name: string;
  /** Times are the node's own, in whole seconds: what the API shows late is not late. */
  readonly log: PodLog;
  /** Since its first start was seen. */
  watchedSeconds(): number;
}

/** Makes the pod and follows it. */
export async function startPod(
  context: ArmContext,
  name: string,
  asked: PodAsked,
  lane: Lane | null = { record: context.record, label: "pod" },
): Promise<FollowedPod> {
  const { bench } = context;
  const pod = followPod(bench, name, lane);
  await bench.create(podManifest(name, asked, { ...context, image: bench.image }));
  return pod;
}

/** Where a pod is drawn, and under which short name. */
interface Lane {
  readonly record: Recorder;
  readonly label: string;
}

/** Follows a pod that is there, or will be. */
function followPod(bench: ClusterBench, name: string, lane: Lane | null): FollowedPod {
  const { clock } = bench;
  let stampMs = 0;
  let firstSeenMs: number | null = null;
  const nowUs = (): number => stampMs * 1_000;
  const log = newPodLog([container({ name: lane?.label ?? name })], {
    ...{ nowUs, clock, record: lane?.record ?? null },
  });
  const [rowsOfPod, rowsOfEvent] = [podRows(), eventRows()];
  const waiting = waitingReasons();
  const place = placeInService();
  const tellAll = (rows: readonly Row[]): void => {
    for (const row of rows) {
      // Where the API says none, it is that of what came before.
      const ms = bench.timeMs(row.stamp);
      stampMs = Number.isNaN(ms) ? stampMs : ms;
      if (row.what === "started" && row.container === CONTAINER) firstSeenMs ??= clock.nowMs();
      tell(log, lane, row);
    }
  };
  bench.follow(name, ({ kind, object, atMs }) => {
    if (kind === "event") return tellAll(rowsOfEvent(object as ApiEvent, atMs));
    if (kind === "endpoint") {
      const change = place(object as ApiEndpoint | null);
      if (change !== null) log.note(change, -1);
      return;
    }
    tellAll(rowsOfPod(object as ApiPod | null, atMs));
    const reason = waiting(object as ApiPod | null);
    if (reason !== null) log.note("waiting", 0, reason);
  });
  const watchedSeconds = (): number => (clock.nowMs() - (firstSeenMs ?? clock.nowMs())) / 1_000;
  return { name, log, watchedSeconds };
}

function tell(log: PodLog, lane: Lane | null, row: Row): void {
  const { what, text } = row;
  const { listener } = log;
  // Under the container's name; those of the pod's own one also in the words of the lab's kubelet.
  if (row.container !== null) log.note(`${what} ${row.container}`, 0, text);
  if (row.container !== null && row.container !== CONTAINER) return;
  if (what === "started") listener.started(0, Number(text));
  else if (what === "exited") listener.exited(0, Number(text), "");
  else if (what === "Killing") listener.killing(0, "liveness", text, 0);
  else if (what === "BackOff") listener.refused(0, 0, 0);
  else if (what === "Ready" || what === "NotReady") listener.ready(what === "Ready");
  else log.note(what, row.container === null ? -1 : 0, text);
  if (what !== "Unhealthy") return;
  const kind = text.includes("probe errored") ? "error" : "fail";
  lane?.record.point(`probes of ${lane.label}`, kind, text);
}

/** Why a container waits, whenever that has changed. */
function waitingReasons(): (pod: ApiPod | null) => string | null {
  let last: string | null = null;
  return (pod) => {
    const reason = pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? null;
    const changed = reason !== last;
    last = reason;
    return changed ? reason : null;
  };
}

/** Where a Service sends its clients, whenever that has changed for the pod. */
function placeInService(): (
  endpoint: ApiEndpoint | null,
) => "in service" | "out of service" | null {
  let was = false;
  return (endpoint) => {
    const is = endpoint?.conditions?.ready === true;
    const changed = is !== was;
    was = is;
    if (!changed) return null;
    return is ? "in service" : "out of service";
  };
}

export interface PodsAsked {
  readonly count: number;
  readonly asked: PodAsked;
  /** How its program behaves, for the model. */
  readonly script: Script;
  /** Resolves when enough of the pod was seen. */
  readonly until: (pod: FollowedPod) => Promise<unknown>;
}

export interface LivedPods {
  readonly pods: readonly FollowedPod[];
  readonly beside: readonly BesideModel[];
}

/** Some pods alike, beside each other, and the same in the model. Writes down how many things differ. */
export async function livePods(context: ArmContext, what: PodsAsked): Promise<LivedPods> {
  const { bench, prefix, record, version } = context;
  const watched: Watched[] = [];
  const names = Array.from({ length: what.count }, (_, index) => `${prefix}-${index + 1}`);
  const pods = await Promise.all(
    names.map(async (name, index) => {
      const lane = index < DRAWN ? { record, label: `pod ${index + 1}` } : null;
      const pod = await startPod(context, name, what.asked, lane);
      await what.until(pod);
      // What came until now counts; what comes later is not looked at.
      watched.push({ lines: [...pod.log.lines], watchedSeconds: pod.watchedSeconds() });
      pod.log.end();
      return pod;
    }),
  );
  // Its first start is not at 0 in the model either.
  const untilSeconds = MARGIN_S + Math.max(...watched.map((one) => one.watchedSeconds));
  const manifest = podManifest(names[0] ?? prefix, what.asked, { ...context, image: bench.image });
  const lives = modelLives(podOf(manifest), what.script, { version, untilSeconds });
  const beside = besideModel(watched, lives);
  record.count("compared", beside.length);
  record.count("outside", beside.filter(({ ok }) => !ok).length);
  return { pods, beside };
}

const DRAWN = 3;
const MARGIN_S = 5;
