import type { PodMachine } from "#kubelet/machine/create-pod-machine.js";
import type { PodHost } from "#kubelet/machine/pod-host.js";
import { fixedGiven, type Given, sampledGiven } from "#simulate/life/given.js";
import type { LifeInput } from "#simulate/life/life-input.js";
import type { Content, Program, ProgramHost } from "#simulate/life/program/program.js";
import { type LifeRun, runLife } from "#simulate/life/run-life.js";
import { hotpodProgram, type StepWatch } from "#simulate/reload/hotpod-program.js";
import type { HotpodWorld } from "#simulate/reload/hotpod-world.js";
import type { Core } from "#simulate/simulate-seed.js";
import type { HotpodChecker, LifeChecker, NewHotpodChecker, Violation } from "./checker.js";
import { bounded } from "./hotpod/bounded.js";
import { lastChange } from "./hotpod/last-change.js";
import { leavesInTime } from "./hotpod/leaves-in-time.js";
import { noBlame } from "./hotpod/no-blame.js";
import { noSecondTry } from "./hotpod/no-second-try.js";
import { orderlyStop } from "./hotpod/orderly-stop.js";
import { readyFirst } from "./hotpod/ready-first.js";
import { nothingLost, servedAllAlong } from "./hotpod/served-all-along.js";
import { truthfulLiveness } from "./hotpod/truthful-liveness.js";
import { askedOn, delayKept, startupFirst } from "./node/asked-in-time.js";
import { backOffKept } from "./node/back-off-kept.js";
import { containerStreams } from "./node/container-streams.js";
import { initOrder } from "./node/init-order.js";
import { killOrder } from "./node/kill-order.js";
import { killsByCount } from "./node/kills-by-count.js";
import { onTheGrid } from "./node/on-the-grid.js";
import { oneAtATime } from "./node/one-at-a-time.js";
import { readyByVerdict } from "./node/ready-by-verdict.js";
import { runsKept } from "./node/runs-kept.js";
import { startsAllowed } from "./node/starts-allowed.js";

const hotpodCheckers: readonly NewHotpodChecker[] = [
  bounded,
  truthfulLiveness,
  lastChange,
  orderlyStop,
  readyFirst,
  noSecondTry,
];

const lifeCheckers: readonly LifeChecker[] = [
  servedAllAlong,
  nothingLost,
  noBlame,
  leavesInTime,
  killsByCount,
  runsKept,
  killOrder,
  oneAtATime,
  backOffKept,
  startsAllowed,
  initOrder,
  readyByVerdict,
  onTheGrid,
  delayKept,
  startupFirst,
  askedOn,
];

/** Something broken on purpose, to see whether a checker sees it. What is absent is as it should be. */
export interface Breakage {
  /** hotpod's core. */
  readonly core?: Core;
  /** What is simulated in place of what was asked for. */
  readonly input?: (input: LifeInput) => LifeInput;
  /** What the updated container's program acts on. */
  readonly program?: (host: ProgramHost) => ProgramHost;
  /** What the kubelet acts on. */
  readonly node?: (host: PodHost, machine: () => PodMachine) => PodHost;
}

/** A case, checked. */
export interface Checked {
  readonly run: LifeRun;
  /** The first of each rule, those found along the way before those of the whole life. */
  readonly violations: readonly Violation[];
}

/** One case from its beginning to its end, checked after every step of hotpod and once more as a whole. */
export function checkCase(input: LifeInput, breakage: Breakage = {}): Checked {
  const violations: Violation[] = [];
  const note = (watches: string, detail: string | null): void => {
    if (detail === null || violations.some((known) => known.watches === watches)) return;
    violations.push({ watches, detail });
  };
  const { watch, lives } = watchSteps(input, note);
  const simulated = breakage.input?.(input) ?? input;
  const { reload } = simulated;
  const program = (host: ProgramHost, first: Content): Program => {
    if (reload?.kind !== "hotpod") throw new Error("invariant broken: no hotpod to watch");
    return hotpodProgram(
      breakage.program?.(host) ?? host,
      reload.policy,
      first,
      breakage.core,
      watch,
    );
  };
  const run = runLife(simulated, givenFor(simulated), {
    events: true,
    ...(reload?.kind === "hotpod" ? { program } : {}),
    ...(breakage.node === undefined ? {} : { node: breakage.node }),
  });
  for (const { checkers, world } of lives.values()) {
    if (world.life !== "running" || !isSettled(input, run)) continue;
    for (const { watches, atEnd } of checkers) note(watches, atEnd?.(world) ?? null);
  }
  const told = { input, run, streams: containerStreams(input, run) };
  for (const { watches, look } of lifeCheckers) note(watches, look(told));
  return { run, violations };
}

interface WatchedLife {
  readonly checkers: readonly HotpodChecker[];
  readonly world: HotpodWorld;
}

/** Checkers of their own for each start of each hotpod. */
function watchSteps(
  input: LifeInput,
  note: (watches: string, detail: string | null) => void,
): { watch: StepWatch; lives: ReadonlyMap<ProgramHost, WatchedLife> } {
  const lives = new Map<ProgramHost, WatchedLife>();
  const watch: StepWatch = (event, taken, world) => {
    if (event.kind === "started") {
      lives.set(world.host, { world, checkers: hotpodCheckers.map((make) => make(input)) });
    }
    for (const { watches, onStep } of lives.get(world.host)?.checkers ?? []) {
      note(watches, onStep(event, taken, world));
    }
  };
  return { watch, lives };
}

export function givenFor(input: LifeInput): Given {
  const { phase, seed } = input;
  if (phase.kind === "sampled" || phase.kind === "exact") return sampledGiven(input, seed);
  return fixedGiven(input, phase.kind);
}

/** Long enough since its container started, and since the last save or fault, for everything to have come to rest. */
const SETTLE_US = 120_000_000;

function isSettled({ durationUs, saves, faults }: LifeInput, { pods }: LifeRun): boolean {
  const pod = pods.find(({ record }) => record.ended === null);
  if (pod === undefined || pod.isDeleting()) return false;
  const started = pod.machine.state.members.map(({ startedAt }) => startedAt);
  const last = Math.max(0, ...started, saves.at(-1)?.at ?? 0, faults.at(-1)?.at ?? 0);
  return durationUs - last > SETTLE_US;
}
