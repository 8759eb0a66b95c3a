import type { LifeReport } from "#model/life/life-report.js";
import { spansOf } from "#simulate/life/spans-of.js";
import { hazardsOf } from "#simulate/phases/hazards-of.js";
import { survey } from "#simulate/phases/survey.js";
import { totalsOf } from "#simulate/phases/totals-of.js";
import type { CommandContext } from "./command-line.js";
import { renderReports } from "./simulate/forms/render-reports.js";
import { type PreparedLife, prepareLives } from "./simulate/prepare-lives.js";
import { simulateHelp } from "./simulate/simulate-help.js";
import { readSimulateOptions } from "./simulate/simulate-options.js";

/** What stands in the manifest's place; a file of such a name is `./recommend`. */
const FORMS: Readonly<Record<string, (context: CommandContext) => Promise<number>>> = {
  recommend: async (context) =>
    (await import("./simulate/forms/recommend.js")).recommendCommand(context),
  bench: async (context) => (await import("./simulate/forms/bench.js")).benchCommand(context),
  replay: async (context) => (await import("./simulate/forms/replay.js")).replayCommand(context),
  "check-invariants": async (context) =>
    (await import("./simulate/forms/check-invariants.js")).checkInvariantsCommand(context),
};

/** Where several free phases meet, and arithmetic cannot say it: so many runs. */
const RUNS = 200;

/** `hotpod simulate`: 0 no hazard found, 1 a hazard, 2 bad input. */
export async function simulateCommand(context: CommandContext): Promise<number> {
  const { argv, out } = context;
  const form = FORMS[argv[0] ?? ""];
  if (form !== undefined) return form({ ...context, argv: argv.slice(1) });
  const options = readSimulateOptions(argv);
  if (options.help || options.manifests.length === 0) {
    out.write(simulateHelp());
    return options.help ? 0 : 2;
  }
  const { lives } = prepareLives(options);
  const reports = lives.map(reportOf);
  await renderReports(reports, options, out);
  return reports.some(({ hazards }) => hazards.length > 0) ? 1 : 0;
}

function reportOf({ tool, input, rows, missing }: PreparedLife): LifeReport {
  const found = survey(input, { runs: RUNS });
  return {
    title: `${input.workload.kind} ${input.workload.namespace}/${input.workload.name}`,
    tool,
    kubernetes: `1.${input.minor}`,
    runtime: input.runtime,
    seed: input.seed,
    durationUs: input.durationUs,
    inputs: rows,
    missing,
    drawn: found.drawn.given.name,
    events: found.drawn.events,
    spans: spansOf(found.drawn.events, input.durationUs),
    totals: totalsOf(input, found),
    hazards: hazardsOf(input, found),
  };
}
