import { container, httpGet, pod, probe } from "#lab/probe/lab-pod.js";
import type { PodLine } from "#lab/probe/pod-log.js";
import { runPod } from "#lab/probe/run-pod.js";
import { type Script, virtualPod } from "#lab/probe/virtual-pod.js";
import type { Pod } from "#model/kube/pod.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import { SELF_CASES, type SelfCase } from "./self-cases.js";

export interface SelfResult {
  readonly name: string;
  readonly agrees: boolean;
  /** Of all that happened: by how many real ms the two were apart at most. */
  readonly apartMs: number;
  readonly compared: number;
  /** The first difference, in words; null: none. */
  readonly difference: string | null;
}

/** The cases beside each other, each on a real clock and in virtual time; `withLong`: also those that take minutes. */
export function runSelf(bench: LabBench, withLong: boolean): Promise<readonly SelfResult[]> {
  const cases = SELF_CASES.filter(({ long }) => withLong || long !== true);
  return Promise.all(cases.map((one) => runCase(bench, one)));
}

async function runCase(bench: LabBench, one: SelfCase): Promise<SelfResult> {
  const { clock, scale } = bench;
  let startedMs = clock.nowMs();
  const port = await bench.network.serve(() => {
    const age = (clock.nowMs() - startedMs) / 1_000 / scale;
    return one.script.healthy(age) ? 200 : 503;
  });
  const asked = podOf(one, port);
  const start = () => {
    startedMs = clock.nowMs();
    return bench.processes.start(entrypoint(one, scale));
  };
  const { phaseSeconds } = one;
  const options = { bench, record: null, pod: asked, processes: [{ start }], phaseSeconds };
  const run = runPod({ ...options, timeoutFloorMs: 2_000 });
  const { deleted } = one;
  if (deleted !== null) {
    clock.after(deleted.at * 1_000 * scale, () => {
      run.tell((machine) => machine.deleted(deleted.graceSeconds));
    });
  }
  await clock.wait(one.untilSeconds * 1_000 * scale + SETTLE_MS);
  run.stop();
  const { lines } = run.log;
  return compare(one, lines, virtualPod(asked, asLived(one.script, lines), one), scale);
}

/**
 * The script with the times that the real processes took to end: how fast a machine starts and ends processes is the world's, and what
 * is compared is what the kubelet makes of it.
 */
export function asLived(script: Script, lines: readonly PodLine[]): Script {
  const runs: { at: number; signal: number | null; exit: number | null }[] = [];
  for (const { what, at } of lines) {
    const last = runs.at(-1);
    if (what === "started") runs.push({ at, signal: null, exit: null });
    if (what === "signal" && last !== undefined) last.signal = at;
    if (what === "exited" && last !== undefined) last.exit = at;
  }
  return {
    ...script,
    exitsAfter(run) {
      const { at = 0, signal = null, exit = null } = runs[run] ?? {};
      return exit === null || signal !== null ? script.exitsAfter(run) : exit - at;
    },
    termTakes(run) {
      const { signal = null, exit = null } = runs[run] ?? {};
      if (script.termTakes(run) === null || signal === null || exit === null)
        return script.termTakes(run);
      return exit - signal;
    },
  };
}

function podOf(one: SelfCase, port: number): Pod {
  const asked = (letters: SelfCase["liveness"]) =>
    letters === null ? null : probe(httpGet(port, "/"), letters);
  const probes = {
    livenessProbe: asked(one.liveness),
    readinessProbe: asked(one.readiness),
    startupProbe: asked(one.startup),
  };
  return pod({ containers: [container(probes)] });
}

function entrypoint({ script }: SelfCase, scale: number): readonly string[] {
  const after = script.exitsAfter(0);
  const seconds = after === null ? 1_000 : after * scale;
  const sleep = ["sleep", `${seconds}`];
  return script.termTakes(0) === null
    ? ["sh", "-c", 'trap "" TERM; exec "$@"', "sh", ...sleep]
    : sleep;
}

/** What decides a pod's life. What lies in the last moment may have come to one and not yet to the other. */
const DECIDES = ["started", "exited", "Killing", "Ready", "NotReady", "liveness failure", "gone"];

export function compare(
  { name, untilSeconds }: Pick<SelfCase, "name" | "untilSeconds">,
  real: readonly PodLine[],
  virtual: readonly PodLine[],
  scale: number,
): SelfResult {
  const lastSecond = untilSeconds - SETTLE_MS / 1_000 / scale;
  const wanted = virtual.filter(({ what, at }) => DECIDES.includes(what) && at < lastSecond);
  const found = real.filter(({ what }) => DECIDES.includes(what));
  let apartMs = 0;
  let difference: string | null = null;
  wanted.forEach((line, index) => {
    const other = found[index];
    const words = `${line.what} at ${line.at.toFixed(2)} s`;
    if (other?.what !== line.what) {
      difference ??= `${words} in the model; ${other?.what ?? "nothing"} here`;
      return;
    }
    const apart = Math.abs(other.at - line.at) * 1_000 * scale;
    apartMs = Math.max(apartMs, apart);
    if (apart <= Math.max(TOLERANCE_MS, line.at * 1_000 * scale * TOLERANCE)) return;
    difference ??= `${words} in the model, at ${other.at.toFixed(2)} s here`;
  });
  const agrees = difference === null && wanted.length > 0;
  return { name, agrees, apartMs, compared: wanted.length, difference };
}

const TOLERANCE_MS = 50;
const TOLERANCE = 0.02;
const SETTLE_MS = 200;
