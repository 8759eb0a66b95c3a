import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { asksForHelp, asksForJson, formatted, parse } from "#cli/run-options.js";
import { readInputText } from "#cli/simulate/load-manifests.js";
import { monotonicNow } from "#edge/clock.js";
import { describeMachine, machineText } from "#edge/observe/machine.js";
import { processCost } from "#edge/observe/process-cost.js";
import { wallTime } from "#edge/wall-clock.js";
import { type BenchFigures, compareBench, type Loss } from "#simulate/bench/bench-figures.js";
import { BENCH_POD_SECONDS, benchLife, quarterHour } from "#simulate/bench/bench-life.js";
import { yardstick } from "#simulate/bench/yardstick.js";
import { survey } from "#simulate/phases/survey.js";
import { recommendProved } from "#simulate/recommend/recommend.js";
import { writeReport } from "./render-reports.js";

/** Each is measured so often, one after the other; the median counts. */
const ROUNDS = 5;

/** `hotpod simulate bench`: 0 measured, 1 slower than the record, 2 bad input. */
export async function benchCommand({ argv, out, err }: CommandContext): Promise<number> {
  const parser = formatted("simulate bench")
    .allowExcessArguments(false)
    .option("--out <file>")
    .option("--against <file>");
  parse(parser, argv);
  if (asksForHelp(parser)) {
    out.write(BENCH_HELP);
    return 0;
  }
  const given = parser.opts<{ out?: string; against?: string }>();
  const recorded = given.against === undefined ? null : recordOf(given.against);
  const figures = measure((text) => err.write(text));
  const json = asksForJson(parser);
  out.write(json ? JSON.stringify(figures) : figuresText(figures));
  if (given.out !== undefined) writeReport(given.out, `${JSON.stringify(figures, null, 2)}\n`);
  if (recorded === null) return 0;
  const verdict = compareBench(recorded, figures);
  if (!json) out.write(`\n${verdictText(recorded, verdict)}`);
  return verdict.kind === "lost" ? 1 : 0;
}

function measure(say: (text: string) => void): BenchFigures {
  const before = processCost();
  const begun = monotonicNow();
  // What the machine gives is asked again in every round: it changes on shared ones.
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    say(`round ${round + 1} of ${ROUNDS}`);
    return {
      yard: tookMs(yardstick),
      naive: tookMs(() => benchLife(false)),
      forward: tookMs(() => benchLife(true)),
      exact: tookMs(() => survey(quarterHour(), { runs: 200 })),
      recommend: tookMs(() => recommendProved(quarterHour())),
    };
  });
  const after = processCost();
  const median = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.map(of).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  const perSecond = (ms: number): number => Math.round((BENCH_POD_SECONDS * 1_000) / ms);
  return {
    format: "hotpod.simulate-bench/v1",
    date: wallTime().iso.slice(0, 10),
    machine: machineText(describeMachine()),
    podSecondsPerSecond: perSecond(median(({ naive }) => naive)),
    podSecondsPerSecondFastForward: perSecond(median(({ forward }) => forward)),
    rssBytes: after.rssBytesMax,
    exactRunMs: round(median(({ exact }) => exact)),
    recommendMs: round(median(({ recommend }) => recommend)),
    yardstickPerS: Math.round(1_000 / median(({ yard }) => yard)),
    cpuShare: round(Math.min(1, (after.cpuMs - before.cpuMs) / (monotonicNow() - begun))),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

function tookMs(act: () => unknown): number {
  const from = monotonicNow();
  act();
  return monotonicNow() - from;
}

function figuresText(figures: BenchFigures): string {
  const whole = (value: number): string => value.toLocaleString("en-US");
  return [
    `${figures.machine}, ${figures.date}`,
    `  pod-seconds a second           ${whole(figures.podSecondsPerSecond)}`,
    `  the same with fast-forward     ${whole(figures.podSecondsPerSecondFastForward)}`,
    `  a quarter of an hour, exactly  ${figures.exactRunMs} ms`,
    `  recommend                      ${figures.recommendMs} ms`,
    `  memory                         ${Math.ceil(figures.rssBytes / 2 ** 20)} MiB`,
    `  had a core for                 ${Math.round(figures.cpuShare * 100)} % of the time`,
  ].join("\n");
}

function verdictText(recorded: BenchFigures, verdict: ReturnType<typeof compareBench>): string {
  const of = `the record of ${recorded.date}`;
  if (verdict.kind === "kept") return `As fast as ${of}.`;
  if (verdict.kind === "incomparable") return `Not comparable with ${of}: ${verdict.why}.`;
  return [`Slower than ${of}:`, ...verdict.losses.map(lossText)].join("\n");
}

const lossText = ({ figure, recorded, measured, loss }: Loss): string =>
  `  ${figure}: ${measured} instead of ${recorded}, ${Math.round(loss * 100)} % worse`;

function recordOf(file: string): BenchFigures {
  const found = parsed(readInputText(file)) as Partial<BenchFigures> | null;
  if (found?.format === "hotpod.simulate-bench/v1") return found as BenchFigures;
  throw new UserError({
    code: "simulate-option",
    message: `--against ${file} is no record of hotpod simulate bench`,
    hint: "Write one: hotpod simulate bench --out FILE.",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const BENCH_HELP = `hotpod simulate bench [--format text|json] [--out FILE] [--against FILE]

How fast simulations run here: 100 pods for 10,000 s with three probes and a save a minute under hotpod, with and
without fast-forward; one pod through a quarter of an hour in every phase; a recommendation. Medians of ${ROUNDS} rounds.
--out records the figures, --against compares with a record: exit code 1 if one is more than 20 % worse on a machine
that is as fast, and had the core to itself.`;
