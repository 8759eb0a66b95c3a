import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { prepareLives } from "#cli/simulate/prepare-lives.js";
import { simulateHelp } from "#cli/simulate/simulate-help.js";
import { readSimulateOptions, type SimulateOptions } from "#cli/simulate/simulate-options.js";
import { writeYaml } from "#manifest/text/write-yaml.js";
import type { Recommendation } from "#model/life/recommendation.js";
import { recommendText } from "#report/life/recommend-text.js";
import { recommendProved } from "#simulate/recommend/recommend.js";
import { WIDTH, writeReport } from "./render-reports.js";

/** `hotpod simulate recommend`: 0 values that were proved, 1 none that can be, 2 bad input. */
export async function recommendCommand({ argv, out }: CommandContext): Promise<number> {
  const options = readSimulateOptions(argv, "simulate");
  if (options.help || options.manifests.length === 0) {
    out.write(simulateHelp());
    return options.help ? 0 : 2;
  }
  refuseOtherFormats(options);
  const { lives } = prepareLives(options);
  const [life] = lives;
  if (lives.length > 1) {
    throw new UserError({
      code: "simulate-option",
      message: `values are recommended for one tool, and ${lives.length} are given`,
      hint: "Say which: hotpod simulate recommend … --tool hotpod",
    });
  }
  const { recommend } = options;
  const found = recommendProved(life.input, {
    objective: recommend.objective,
    safety: recommend.safety,
    roundSeconds: recommend.round,
    detectWithinSeconds: recommend.detectWithinSeconds,
    shedWithinSeconds: recommend.shedWithinSeconds,
  });
  if (found === null) throw new Error("invariant broken: the container was chosen from the pod");
  const refuted = found.proof?.kind === "refuted";
  const text = answerText(found, options);
  if (recommend.patch && refuted) throw refutedError(found);
  if (options.out === null) await out.data(text);
  else {
    writeReport(options.out, `${text}\n`);
    out.write(`wrote ${options.out}`);
  }
  return refuted || found.impossible.length > 0 ? 1 : 0;
}

function answerText(found: Recommendation, { format, recommend, width }: SimulateOptions): string {
  if (recommend.patch && format === "json") return JSON.stringify(found.patch);
  if (recommend.patch) return writeYaml(found.patch).trimEnd();
  if (format === "json") {
    return JSON.stringify({ schema: "hotpod.recommendation/v1", ...found });
  }
  return recommendText(found, writeYaml(found.patch), width ?? WIDTH);
}

function refuseOtherFormats({ format }: SimulateOptions): void {
  if (format === "text" || format === "json") return;
  throw new UserError({
    code: "simulate-option",
    message: `recommend has no --format ${format}`,
    hint: "Its formats are text and json; --patch prints the patch alone, as YAML.",
  });
}

/** A patch is made to be applied: one that was refuted is not handed out. */
function refutedError({ proof }: Recommendation): UserError {
  const hazards = proof?.hazards ?? [];
  return new UserError({
    code: "recommend-refuted",
    message: [
      "no patch: simulated with the values that follow from the inputs, this remains:",
      ...hazards.map(({ text, rule }) => `  ${text} [${rule}]`),
    ].join("\n"),
    hint: "Without --patch the values and their reasons are shown. Another tool, or a faster start, leaves more room.",
    exitCode: 1,
  });
}
