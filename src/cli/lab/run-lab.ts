import { UserError } from "#base/user-error.js";
import { VERSION } from "#cli/version.js";
import { interruption } from "#edge/demo/interruption.js";
import { openScreen, type Screen } from "#edge/demo/screen.js";
import { type OpenMachine, openMachine } from "#edge/lab/open-machine.js";
import { prepareLabFolder, writeLabFiles } from "#edge/lab/write-lab-files.js";
import type { LineWriter } from "#edge/line-writer.js";
import { describeMachine } from "#edge/observe/machine.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { wallTime } from "#edge/wall-clock.js";
import { SCENARIOS } from "#lab/catalogue.js";
import { podsOf } from "#lab/cluster/catalogue.js";
import type { PreparedCluster } from "#lab/cluster/join-cluster.js";
import { secondsOf, type UnreadyCluster } from "#lab/cluster/run-cluster-arms.js";
import { NEEDS } from "#lab/need.js";
import { runAll } from "#lab/run-all.js";
import type { Scenario } from "#lab/scenario.js";
import type { ClusterFacts, LabReport, ScenarioResult } from "#model/lab/lab-report.js";
import { labHtml } from "#report/lab/lab-html.js";
import { LAB_SCHEMA, labJson } from "#report/lab/lab-json.js";
import { labMarkdown } from "#report/lab/lab-markdown.js";
import { labText, scenarioLine } from "#report/lab/lab-text.js";
import { counted } from "#report/lab/lab-words.js";
import type { StoryOf } from "#report/lab/story.js";
import { COLOR_STYLE, PLAIN_STYLE, type TextStyle } from "#report/text/text-style.js";
import { type LabCluster, openCluster } from "./lab-cluster.js";
import type { LabFormat, LabOptions } from "./lab-options.js";

/** Runs the scenarios and reports. Ctrl-C ends all that was started before this one ends, and what is done is still reported. */
export async function runLab(
  scenarios: readonly Scenario[],
  options: LabOptions,
  out: LineWriter,
  err: LineWriter,
): Promise<number> {
  if (options.out !== null) mustBeWritable(options.out);
  const interrupted = interruption();
  // Where data goes to standard output, people read the other one.
  const streams = options.formats.includes("json") && options.out === null;
  const screen = openScreen((text) => (streams ? err : out).write(text));
  const machine = openMachineOf(options);
  const cluster = options.cluster === null ? null : openCluster(options.cluster);
  const done: ScenarioResult[] = [];
  const startedAt = wallTime().iso;
  try {
    if (options.side !== "cluster") ensureBundle();
    const style = screen.terminal ? COLOR_STYLE : PLAIN_STYLE;
    const stage = { machine, cluster, screen, style, out, streams, startedAt, done };
    const work = perform(scenarios, options, stage);
    const outcome = await Promise.race([work, interrupted]);
    if (typeof outcome === "number") return outcome;
    screen.print(`${outcome}: ending what was started`);
    // It is about to break off, as what it works with is being taken away.
    work.catch(() => {});
    if (done.length > 0)
      writeReport(options, reportOf(options, machine, startedAt, done, null), screen);
    return EXIT_CODE[outcome];
  } finally {
    for (const left of (await cluster?.close()) ?? []) screen.print(`left behind: ${left}`);
    await machine.close();
  }
}

interface Stage {
  readonly machine: OpenMachine;
  readonly cluster: LabCluster | null;
  readonly screen: Screen;
  readonly style: TextStyle;
  readonly out: LineWriter;
  readonly streams: boolean;
  readonly startedAt: string;
  /** Filled as scenarios end. */
  readonly done: ScenarioResult[];
}

async function perform(
  scenarios: readonly Scenario[],
  options: LabOptions,
  stage: Stage,
): Promise<number> {
  const { machine, cluster, screen, style, out, streams, startedAt, done } = stage;
  const chosen = options.side === "cluster" ? scenarios.filter(hasPods) : scenarios;
  if (options.words.length > 0 && chosen.length < scenarios.length) {
    const without = scenarios.filter((one) => !hasPods(one)).map(({ id }) => id);
    const verb = without.length === 1 ? "has" : "have";
    screen.print(`${without.join(", ")} ${verb} no arm in a cluster`);
    if (chosen.length === 0) return exitCode([]);
  }
  const repeated = Array.from({ length: options.repeat }, () => chosen).flat();
  const seconds = Math.round(repeated.reduce((sum, one) => sum + secondsFor(one, options), 0));
  screen.print(`hotpod lab: ${counted(repeated.length, "scenario")}, some ${seconds} s`);
  const prepared = (await cluster?.prepare(repeated, options.set === "full", screen)) ?? null;
  const results = await runAll(repeated, machine, {
    ...{ seed: options.seed, scale: options.scale, side: options.side, jobs: options.jobs },
    cri: options.cri,
    cluster: prepared === null || "reason" in prepared ? prepared : prepared.ready,
    begins: ({ id, title }, label) => screen.show([`  ${id} ${title}: ${label} …`]),
    finished: (result) => {
      done.push(result);
      screen.print(scenarioLine(result, style));
      if (streams) void out.data(JSON.stringify(result));
    },
  });
  const report = reportOf(options, machine, startedAt, results, factsOf(prepared));
  if (options.formats.includes("table") || !streams) {
    screen.print(`\n${labText(report, screen.columns, style)}`);
  }
  writeReport(options, report, screen);
  await out.drained();
  return exitCode(results);
}

export function exitCode(results: readonly ScenarioResult[]): number {
  if (results.some(({ prediction }) => prediction === "unexpected")) return 1;
  return results.some(({ status }) => status === "run") ? 0 : 3;
}

function reportOf(
  options: LabOptions,
  machine: OpenMachine,
  startedAt: string,
  scenarios: readonly ScenarioResult[],
  cluster: ClusterFacts | null,
): LabReport {
  const { cores, memoryGib, kernel, node, go } = describeMachine();
  return {
    schema: LAB_SCHEMA,
    run: {
      ...{ id: machine.id, seed: options.seed, scale: options.scale, startedAt, hotpod: VERSION },
      host: { kernel, cores, memoryGib, node, go },
      needs: machine.needs,
      cri: options.cri,
      ...(cluster === null ? {} : { cluster }),
    },
    scenarios,
  };
}

const factsOf = (prepared: PreparedCluster | UnreadyCluster | null): ClusterFacts | null =>
  prepared === null || "reason" in prepared ? null : prepared.facts;

const hasPods = ({ id }: Scenario): boolean => podsOf(id) !== null;

function secondsFor({ id, budgetSeconds }: Scenario, { set, side, cluster }: LabOptions): number {
  const pods = cluster === null ? null : podsOf(id);
  const there = pods === null ? 0 : secondsOf(pods, set === "full");
  return (side === "cluster" ? 0 : budgetSeconds) + there;
}

const storyOf: StoryOf = (id) => SCENARIOS.find((one) => one.id === id)?.story ?? null;

const RENDER: Readonly<Record<LabFormat, { name: string; text: (report: LabReport) => string }>> = {
  table: { name: "lab.txt", text: (report) => labText(report, 100, PLAIN_STYLE) },
  json: { name: "lab.json", text: labJson },
  md: { name: "lab.md", text: (report) => labMarkdown(report, storyOf) },
  html: { name: "lab.html", text: (report) => labHtml(report, storyOf) },
};

function writeReport({ out, formats }: LabOptions, report: LabReport, screen: Screen): void {
  if (out === null) return;
  for (const path of written(out, formats, report)) screen.print(`wrote ${path}`);
}

function written(
  folder: string,
  formats: readonly LabFormat[],
  report: LabReport,
): readonly string[] {
  const files = formats.map((format) => {
    const { name, text } = RENDER[format];
    return [name, `${text(report).trimEnd()}\n`] as const;
  });
  const paths = writeLabFiles(folder, Object.fromEntries(files));
  if (paths.ok) return paths.value;
  throw unwritable(folder, paths.error.code);
}

/** Said before a run of minutes, not after it. */
function mustBeWritable(folder: string): void {
  const found = prepareLabFolder(folder);
  if (!found.ok) throw unwritable(folder, found.error.code);
}

function unwritable(folder: string, code: string): UserError {
  return new UserError({
    code: "unwritable-output",
    message: `${folder} cannot be written: ${code}`,
    hint: "Name a folder that this user may write to: --out FOLDER.",
  });
}

function openMachineOf({ workFolder, keep, cri }: LabOptions): OpenMachine {
  try {
    return openMachine({ workFolder, keep, cri, needs: NEEDS });
  } catch (error) {
    throw new UserError({
      code: "lab-workdir",
      message: `the lab's work folder cannot be made: ${(error as Error).message}`,
      hint: "Name a folder that this user may write to: --workdir FOLDER.",
      cause: error,
    });
  }
}

/** As shells report a program that was ended by the signal. */
const EXIT_CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
