import { atMost, equals, type Prediction, predict } from "#lab/judge/prediction.js";
import {
  RUNTIME_NAMES,
  RUNTIME_NEEDS,
  type Runtime,
  runtimeCommand,
} from "#lab/programs/signals/runtimes.js";
import type { Recorder } from "#lab/record.js";
import type { Arm } from "#lab/scenario.js";
import type { LabBench } from "#ports/lab/lab-bench.js";
import {
  askSlowly,
  catchesTerm,
  fateOf,
  killed,
  PATIENCE_MS,
  PLACES,
  type Place,
  SETTLE_MS,
  type Service,
  SIGNALS,
  type SignalName,
  startService,
  untilSaid,
} from "./signal-try.js";

/** What a stop leaves between SIGTERM and SIGKILL, real ms: longer than the request under way. */
export const GRACE_MS = 4_000;

/** What becomes of a process at each of SIGNALS, in that order, and of the request under way at SIGTERM. */
interface Expected {
  readonly fates: readonly [string, string, string, string, string, string];
  readonly inFlight: "answered" | "cut";
  readonly because: string;
}

export interface Row {
  readonly runtime: Runtime;
  readonly handles: boolean;
  readonly expected: Readonly<Record<Place, Expected>>;
  /** `SigCgt` has SIGTERM. */
  readonly catches: boolean;
}

/** A run time as PID 1 and as an ordinary process, with a process for each signal. */
export function runtimeArm(row: Row): Arm {
  const { runtime, handles } = row;
  const name = handles ? `${runtime}-handler` : runtime;
  const label = `${RUNTIME_NAMES[runtime]}, ${handles ? "with handlers" : "without a handler"}`;
  return {
    ...{ name, side: "before", label, needs: RUNTIME_NEEDS[runtime] },
    predictions: [
      ...PLACES.flatMap((place) => rowPredictions(place, row.expected[place])),
      predict("catches", equals(row.catches ? "yes" : "no"), CATCHES_BECAUSE[runtime]),
      ...(runtime === "node" && !handles
        ? [predict("debugger", equals(2), "Node's own handler of SIGUSR1 opens it")]
        : []),
    ],
    async run(bench, record) {
      const argv = await runtimeCommand(bench, runtime);
      const tries = PLACES.flatMap((place) => SIGNALS.map((signal) => ({ place, signal })));
      const ends = await Promise.all(tries.map((one) => tryOne(bench, { ...one, argv, row })));
      for (const { write } of ends) write(record);
      const opened = ends.filter(({ debuggerOpened }) => debuggerOpened).length;
      if (runtime === "node" && !handles) record.count("debugger", opened, PLACES.length);
    },
  };
}

const CATCHES_BECAUSE: Readonly<Record<Runtime, string>> = {
  go: "the run time has a handler of its own for nearly every signal",
  node: "Node has a handler of its own, which ends by the default action: SigCgt is no proof",
  python: "Python catches what it is told to, and SIGINT",
};

function rowPredictions(place: Place, expected: Expected): readonly Prediction[] {
  const { fates, inFlight, because } = expected;
  return [
    ...SIGNALS.map((signal, index) =>
      predict(`${place}-${signal}`, equals(fates[index] as string), because),
    ),
    predict(
      `${place}-inflight`,
      equals(inFlight),
      inFlight === "cut"
        ? "who ends at once answers nobody"
        : "it lived until the answer was given",
    ),
    ...(fates[0] === "exit 0"
      ? [predict(`${place}-took`, atMost(GRACE_MS), "it ends when it has answered")]
      : []),
  ];
}

interface Try {
  readonly place: Place;
  readonly signal: SignalName;
  readonly argv: readonly string[];
  readonly row: Row;
}

interface TryEnd {
  readonly debuggerOpened: boolean;
  write(record: Recorder): void;
}

async function tryOne(bench: LabBench, one: Try): Promise<TryEnd> {
  const { place, signal, argv, row } = one;
  const { clock } = bench;
  const env = row.handles ? { HANDLE: "1" } : {};
  const service = await startService(bench, place, { argv, env, ready: "says-up" });
  const catches = catchesTerm(bench, service) ? "yes" : "no";
  const inFlight = signal === "TERM" ? askSlowly(bench, service.port) : null;
  if (inFlight !== null) await untilSaid(service.process, "asked");
  const atMs = clock.nowMs();
  const limitMs = inFlight === null ? SETTLE_MS : GRACE_MS;
  const { words, tookMs } = await fateOf(bench, service, signal, limitMs);
  const mayOpen = row.runtime === "node" && !row.handles && signal === "USR1";
  const debuggerOpened = mayOpen && (await opensDebugger(bench, service));
  const code = await killed(service);
  const answer = await inFlight;
  const [key, endMs] = [`${place}-${signal}`, clock.nowMs()];
  return {
    debuggerOpened,
    write(record) {
      const fate = tookMs === null && signal === "TERM" ? `exit ${code} after the grace` : words;
      const tone = words.startsWith("exit") ? "bad" : "good";
      record.span(key, atMs, endMs, fate, tone);
      put(record, key, fate);
      if (answer === null) return;
      put(record, `${place}-inflight`, answer);
      record.count(`${place}-took`, tookMs ?? GRACE_MS);
      if (place === "pid1") record.text("catches", catches);
    },
  };
}

const put = (record: Recorder, key: string, words: string): void => record.text(key, words);

/** By what Node says, and by connecting. */
async function opensDebugger({ network }: LabBench, { process }: Service): Promise<boolean> {
  const said = /^Debugger listening on ws:\/\/[^/]+:(\d+)\//;
  const line = await process.lines
    .until("a debugger", ({ text }) => said.test(text), 0, PATIENCE_MS)
    .catch(() => null);
  const port = said.exec(line?.text ?? "")?.[1];
  if (port === undefined) return false;
  return (await network.connect(Number(port), PATIENCE_MS)).connected;
}
