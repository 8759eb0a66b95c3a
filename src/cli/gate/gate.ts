import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { WIDTH, writeReport } from "#cli/simulate/forms/render-reports.js";
import { VERSION } from "#cli/version.js";
import { interruption } from "#edge/demo/interruption.js";
import type { GateFacts } from "#gate/facts.js";
import { judge } from "#gate/judge.js";
import type { GateAnswer, GateReport } from "#model/gate-report.js";
import { githubAnnotations } from "#report/check/github-annotations.js";
import { junit } from "#report/check/junit.js";
import { sarif } from "#report/check/sarif.js";
import { gateJson } from "#report/gate/gate-json.js";
import { gateText } from "#report/gate/gate-text.js";
import { COLOR_STYLE, PLAIN_STYLE } from "#report/text/text-style.js";
import { asCheckReport } from "./as-check-report.js";
import { gateHelp } from "./gate-help.js";
import { type GateOptions, readGateOptions } from "./gate-options.js";
import { gatherFacts } from "./gather-facts.js";

/** `hotpod gate`: 0 all that was asked agrees, 1 something does not or could not be compared, 2 misuse. */
export async function gateCommand({ argv, out }: CommandContext): Promise<number> {
  const options = readGateOptions(argv);
  if (options.help || (options.binary === null && options.image === null)) {
    out.write(gateHelp());
    return options.help ? 0 : 2;
  }
  const facts = await gathered(options);
  const report: GateReport = {
    binary: { file: facts.binary.file, sha256: facts.binary.sha256, bytes: facts.binary.bytes },
    source: options.source,
    image: options.image,
    answers: judge(facts),
  };
  const passed = report.answers.every((answer) => !fails(answer, options));
  const text = rendered(report, passed, options);
  if (options.out !== null) {
    writeReport(options.out, `${text}\n`);
    out.write(`wrote ${options.out}`);
  } else if (text !== "") {
    await out.data(text);
    await out.drained();
  }
  return passed ? 0 : 1;
}

/** Ctrl-C ends what was started, and leaves no temporary folder. */
async function gathered(options: GateOptions): Promise<GateFacts> {
  const stop = new AbortController();
  void interruption().then(() => stop.abort());
  const facts = await gatherFacts(options, stop.signal);
  if (!stop.signal.aborted) return facts;
  throw new UserError({
    code: "interrupted",
    message: "it was interrupted before everything was compared",
    hint: "Run it again.",
    exitCode: 1,
  });
}

/** What could not be compared is no agreement. */
function fails({ outcome, grade }: GateAnswer, { failOn }: GateOptions): boolean {
  if (failOn === "never") return false;
  return outcome === "open" || grade === "error" || (grade === "warning" && failOn === "warning");
}

function rendered(report: GateReport, passed: boolean, options: GateOptions): string {
  switch (options.format) {
    case "json":
      return gateJson(report, passed);
    case "sarif":
      return sarif(asCheckReport(report), VERSION);
    case "junit":
      return junit(asCheckReport(report), "hotpod gate");
    case "github":
      return githubAnnotations(asCheckReport(report));
    case "text":
      return gateText(report, {
        columns: WIDTH,
        style: options.color ? COLOR_STYLE : PLAIN_STYLE,
        showAll: options.showAll,
      });
  }
}
