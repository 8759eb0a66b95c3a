import { below, equals, predict } from "#lab/judge/prediction.js";
import { drawNotices } from "#lab/probe/draw-notices.js";
import { container, pod } from "#lab/probe/lab-pod.js";
import { runPod } from "#lab/probe/run-pod.js";
import {
  RUNTIME_NAMES,
  RUNTIME_NEEDS,
  type Runtime,
  runtimeCommand,
} from "#lab/programs/signals/runtimes.js";
import type { Recorder } from "#lab/record.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench, LoadEnd } from "#ports/lab/lab-bench.js";
import { askSlowly, type InFlight, PATIENCE_MS, startService } from "./signal-try.js";

export const GRACE_SECONDS = 6;
export const PRE_STOP_SECONDS = 3;
/** Requests that are under way at the deletion. */
export const LONGS = 2;
/** From the deletion to the moment from which endpoints name the pod no more. */
const LAG_MS = 1_000;
const SLOW_MS = 2_000;
const HOTPOD_GRACE = { words: "20s", seconds: 20 };
const CLIENTS = { path: "/", connections: 10, ratePerSecond: 100, thinkMs: 50 };
/** So many requests have been answered before anything happens. */
const WARM = 50;

export interface Deleted {
  readonly name: string;
  readonly side: Arm["side"];
  readonly label: string;
  readonly runtime: Runtime;
  readonly handles?: true;
  readonly pid1?: true;
  readonly preStop?: true;
}

/** A pod with that service is deleted while clients ask. */
export function deletedArm(what: Deleted, predictions: Arm["predictions"]): Arm {
  const { name, side, label, runtime, handles, pid1, preStop } = what;
  const needs = [...RUNTIME_NEEDS[runtime], ...(pid1 ? (["namespaces"] as const) : [])];
  return {
    ...{ name, side, label, needs, predictions },
    async run(bench, record) {
      const env = { SLOW_MS: `${SLOW_MS}`, ...(handles ? { HANDLE: "1" } : {}) };
      const argv = await runtimeCommand(bench, runtime);
      const place = pid1 ? "pid1" : "plain";
      const { process, port } = await startService(bench, place, { argv, env, ready: "says-up" });
      const hook = preStop ? ({ kind: "sleep", seconds: PRE_STOP_SECONDS } as const) : null;
      const lifecycle = { postStart: null, preStop: hook, stopSignal: null };
      const run = runPod({
        ...{ bench, record, processes: [{ start: () => Promise.resolve(process) }] },
        pod: pod({
          terminationGracePeriodSeconds: GRACE_SECONDS,
          containers: [container({ lifecycle })],
        }),
      });
      await run.log.seen("started", 1, PATIENCE_MS);
      const said = () => process.lines.items.map(({ text }) => text);
      const clients = await startClients(bench, port, said);
      record.mark("the pod is deleted");
      const from = run.now();
      run.tell((machine) => machine.deleted(GRACE_SECONDS));
      await clients.leave(record);
      const exited = await run.log.seen("exited", 1, PATIENCE_MS);
      run.stop();
      record.count("code", Number(exited.text));
      record.count("took", exited.at - from);
    },
  };
}

/** The same service under hotpod, which gets the SIGTERM. */
export function hotpodStopped(runtime: Runtime): Arm {
  return {
    ...{ name: `hotpod-${runtime}`, side: "after" },
    label: `hotpod run, ${RUNTIME_NAMES[runtime]} without a handler`,
    needs: ["seccomp-notify", ...RUNTIME_NEEDS[runtime]],
    predictions: [
      predict("failed", equals(0), "it serves on while clients come"),
      predict("lost", equals(0), "and is sent SIGTERM when nothing is under way"),
      predict("code", equals(143), "its own end is hotpod's exit code"),
      predict("took", below(HOTPOD_GRACE.seconds), "within the grace"),
    ],
    async run(bench, record) {
      const { clock, folder, network } = bench;
      const command = await runtimeCommand(bench, runtime);
      const delay = `${PRE_STOP_SECONDS}s`;
      const flags = ["--grace", HOTPOD_GRACE.words, "--shutdown-delay", delay, "--recipe", "none"];
      const hotpod = await bench.hotpod({
        ...{ cwd: folder, args: [...flags, "--", ...command] },
        env: { HOST: network.host, SLOW_MS: `${SLOW_MS}` },
      });
      const clients = await startClients(bench, hotpod.port, () => hotpod.output);
      record.mark("SIGTERM");
      const atMs = clock.nowMs();
      hotpod.signal("SIGTERM");
      await clients.leave(record);
      const code = await hotpod.exited;
      record.count("took", (clock.nowMs() - atMs) / 1_000);
      record.count("code", typeof code === "number" ? code : -1);
      drawNotices(record, hotpod.notices.items, clock.nowMs());
    },
  };
}

interface Clients {
  /** They still come for the lag, then no more. Writes what they saw. */
  leave(record: Recorder): Promise<void>;
}

/** Clients at work, and the long requests under way. `said`: lines of the service. */
async function startClients(
  bench: LabBench,
  port: number,
  said: () => readonly string[],
): Promise<Clients> {
  const { clock } = bench;
  const load = await bench.load({ port, ...CLIENTS });
  await soon(bench, () => load.counts().requests >= WARM);
  const longs = Array.from({ length: LONGS }, () => askSlowly(bench, port));
  await soon(bench, () => said().filter((line) => line === "asked").length >= LONGS);
  return {
    async leave(record) {
      await clock.wait(LAG_MS);
      writeClients(record, await load.stop(), await Promise.all(longs));
    },
  };
}

function writeClients(record: Recorder, end: LoadEnd, longs: readonly InFlight[]): void {
  const countOf = (wanted: string): number =>
    end.failures.find(({ reason }) => reason === wanted)?.count ?? 0;
  record.count("requests", end.requests);
  record.count("failed", end.failed, end.requests);
  record.count("refused", countOf("refused"), end.requests);
  const reasons = end.failures.map(({ reason, count }) => `${count} ${reason}`).join(", ");
  record.text("reasons", reasons || "none");
  record.count("lost", longs.filter((one) => one === "cut").length, longs.length);
  record.traffic(end.beganMs, end.timeline);
}

async function soon({ clock }: LabBench, holds: () => boolean): Promise<void> {
  const deadline = clock.nowMs() + PATIENCE_MS;
  while (!holds()) {
    if (clock.nowMs() > deadline) throw new Error("the clients never came to their work");
    await clock.wait(20);
  }
}
