import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { askControl } from "#edge/http/control-client.js";
import { type Cleanups, createCleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { labClock } from "#edge/observe/lab-clock.js";
import { startLoadChild } from "#edge/observe/load-child.js";
import { ownCommand } from "#edge/observe/own-command.js";
import { startSupervisor } from "#edge/observe/supervisor.js";
import { monotonicMs } from "#edge/observe/time.js";
import type {
  HotpodOptions,
  LabBench,
  LabHotpod,
  LabLoad,
  LoadOptions,
} from "#ports/lab/lab-bench.js";
import type { OpenBench } from "#ports/lab/lab-machine.js";
import type { DetectedNeeds } from "./detect-needs.js";
import type { GoPrograms } from "./go-programs.js";
import { labFiles } from "./lab-files.js";
import { labProcesses } from "./lab-processes.js";
import { endMarked, LAB_VARIABLE, markedProcesses } from "./marked-processes.js";
import { labNetwork } from "./network/lab-network.js";
import { listenersOn } from "./network/listeners-on.js";
import { startAsPid1 } from "./start-as-pid-1.js";

export interface BenchPlace {
  /** `run/L101/rename`: every process of the arm carries it. */
  readonly mark: string;
  readonly folder: string;
  /** On another file system; null: there is none. */
  readonly otherFolder: string | null;
  readonly host: string;
  readonly scale: number;
  readonly cri: LabBench["cri"];
  readonly needs: DetectedNeeds;
  readonly goPrograms: GoPrograms;
  /** What children are started with. */
  readonly env: NodeJS.ProcessEnv;
}

export function openBench(place: BenchPlace): OpenBench {
  const { folder, otherFolder, host } = place;
  const folders = [folder, ...(otherFolder === null ? [] : [otherFolder])];
  for (const one of folders) mkdirSync(one, { recursive: true });
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const marked = { ...place.env, [LAB_VARIABLE]: place.mark, TMPDIR: temporary };
  const cleanups = createCleanups();
  const network = labNetwork(host, cleanups);
  const left: string[] = [];
  const processes = labProcesses(folder, marked);
  const bench: LabBench = {
    clock: labClock(cleanups),
    files: labFiles(folders),
    processes,
    network,
    folder,
    scale: place.scale,
    cri: place.cri,
    program: (need) => place.needs.path(need) ?? need,
    otherFileSystem: () => otherFolder,
    goProgram: (name, source) => place.goPrograms.build(name, source),
    hotpod: (options) => startHotpod(options, { place, marked, cleanups, left }),
    hotpodCommand: (args, options) => processes.run([...ownCommand(), ...args], options),
    load: (options) => startLoad(options, { host, marked, cleanups }),
  };
  return {
    bench,
    async close() {
      await cleanups.run().catch((error: Error) => left.push(error.message));
      const alive = await endMarked(place.mark, END_MS);
      left.push(...alive.map(({ pid, command }) => `process ${pid} (${command})`));
      const listeners = await remainingListeners(host);
      left.push(...listeners.map((port) => `a listener on ${host}:${port}`));
      for (const one of folders) rmSync(one, { recursive: true, force: true, maxRetries: 5 });
      return left;
    },
  };
}

/** A process that is gone may still be giving its sockets back. */
async function remainingListeners(host: string): Promise<readonly number[]> {
  const deadline = monotonicMs() + END_MS;
  for (;;) {
    const listeners = listenersOn(host);
    if (listeners.length === 0 || monotonicMs() > deadline) return listeners;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

interface HotpodContext {
  readonly place: BenchPlace;
  readonly marked: NodeJS.ProcessEnv;
  readonly cleanups: Cleanups;
  /** What outlived the hotpod that had started it. */
  readonly left: string[];
}

async function startHotpod(options: HotpodOptions, context: HotpodContext): Promise<LabHotpod> {
  const { place, cleanups } = context;
  const [freePort = 0, freeProbesPort = 0] = await freePorts(2, place.host);
  const { port = freePort, probesPort = freeProbesPort } = options;
  const ownFolder = options.store ?? join(place.folder, `hotpod-${port}`);
  mkdirSync(ownFolder, { recursive: true });
  const mark = `${place.mark}/hotpod-${port}`;
  const supervisor = await startSupervisor({
    ...{ cwd: options.cwd, ownFolder, host: place.host, port, probesPort, args: options.args },
    env: { ...context.marked, ...options.env, [LAB_VARIABLE]: mark },
    ...(options.namespace === "pid" ? { start: startAsPid1 } : {}),
  });
  let end: Promise<number | string> | null = null;
  const stop = (): Promise<number | string> => {
    end ??= supervisor.stop().then((code) => {
      const alive = markedProcesses(mark).filter(({ generation }) => generation !== null);
      const words = alive.map(({ pid, command }) => `process ${pid} (${command}) of a hotpod`);
      context.left.push(...words);
      return code;
    });
    return end;
  };
  cleanups.add(stop);
  const { events } = supervisor;
  const isThere = ({ kind }: { kind: string }): boolean =>
    kind === "promoted" || options.when === "begun";
  await events.until("the first generation", isThere, 0, FIRST_MS);
  const { pid, output, signal, exited } = supervisor;
  const told = async (path: string) => {
    const answer = await askControl(join(ownFolder, "control.sock"), "GET", path, ANSWER_MS);
    if (!answer.ok) throw new Error(`hotpod does not answer ${path}: ${answer.error.kind}`);
    return JSON.parse(answer.value.body);
  };
  return {
    policy: () => told("/policy"),
    followed: () => told("/config"),
    ...{ pid, port, probesPort, output, stop, exited, notices: events },
    store: join(ownFolder, "store"),
    signal: (name) => signal(name as NodeJS.Signals),
  };
}

async function startLoad(
  { port, path, ...clients }: LoadOptions,
  context: {
    readonly host: string;
    readonly marked: NodeJS.ProcessEnv;
    readonly cleanups: Cleanups;
  },
): Promise<LabLoad> {
  const load = await startLoadChild({
    url: `http://${context.host}:${port}${path}`,
    ...clients,
    env: context.marked,
  });
  context.cleanups.add(() => load.kill());
  return {
    counts: load.counts,
    versions: load.versions,
    stop: async () => ({ ...(await load.stop()), beganMs: load.beganMs }),
  };
}

const END_MS = 5_000;
const LOOK_AGAIN_MS = 20;
const FIRST_MS = 120_000;
const ANSWER_MS = 30_000;
