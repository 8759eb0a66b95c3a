import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import type { CommandContext } from "#cli/command-line.js";
import { WIDTH, writeReport } from "#cli/simulate/forms/render-reports.js";
import { VERSION } from "#cli/version.js";
import { checkJson } from "#report/check/check-json.js";
import { activeFindings, type CheckReport, type Grade } from "#report/check/check-report.js";
import { checkText } from "#report/check/check-text.js";
import { githubAnnotations } from "#report/check/github-annotations.js";
import { junit } from "#report/check/junit.js";
import { sarif } from "#report/check/sarif.js";
import { COLOR_STYLE, PLAIN_STYLE } from "#report/text/text-style.js";
import { RULES } from "#rules/catalogue.js";
import type { Rule } from "#rules/rule/rule.js";
import { readArtifacts } from "./artifacts.js";
import { applyBaseline, writeBaseline } from "./baseline-file.js";
import { checkHelp } from "./check-help.js";
import { type CheckOptions, readCheckOptions } from "./check-options.js";
import { fixFiles } from "./fix-files.js";
import { loadProject } from "./load-project.js";
import { reportOf, review } from "./report-of.js";

/**
 * `hotpod check`: 0 nothing at or above `--fail-on`, 1 such findings, 2 something could not be read, 4 with `--strict-inputs` when
 * rules could not be judged. 2 wins over 1, and 1 over 4.
 */
export async function checkCommand(context: CommandContext): Promise<number> {
  const { argv, out } = context;
  if (argv[0] === "explain" || argv[0] === "list") {
    return (await import("./rule-commands.js")).ruleCommand(context);
  }
  if (argv[0] === "export") {
    const { exportCommand } = await import("./export-command.js");
    return exportCommand({ ...context, argv: argv.slice(1) });
  }
  const options = readCheckOptions(argv);
  if (options.help || !hasInput(options)) {
    out.write(checkHelp());
    return options.help ? 0 : 2;
  }
  const rules = chosenRules(options.rules);
  if (options.watch) return (await import("./watch-inputs.js")).watchInputs(options, rules, out);
  if (options.fix !== "none") return fixFiles(options, rules, out);
  const loaded = loadProject(options, await readArtifacts(options));
  const reviewed = applyBaseline(review(loaded, rules), options.baseline);
  if (options.writeBaseline !== null || options.pruneBaseline) {
    return writeBaseline(reviewed, options, out);
  }
  const report = reportOf(loaded, rules, reviewed);
  const text = rendered(report, options);
  if (options.out !== null) {
    writeReport(options.out, `${text}\n`);
    out.write(`wrote ${options.out}`);
  } else if (text !== "") {
    await out.data(text);
    await out.drained();
  }
  return exitCode(report, options);
}

function hasInput({ paths, context, dockerfiles, scripts, binaries }: CheckOptions): boolean {
  return context !== null || [paths, dockerfiles, scripts, binaries].some((one) => one.length > 0);
}

export function chosenRules(ids: readonly string[]): readonly Rule[] {
  if (ids.length === 0) return RULES;
  return ids.map((asked) => {
    const found = RULES.find(({ id, name }) => id === asked.toUpperCase() || name === asked);
    if (found !== undefined) return found;
    const near = nearest(asked, [...RULES.map(({ id }) => id), ...RULES.map(({ name }) => name)]);
    throw new UserError({
      code: "unknown-rule",
      message: `there is no rule "${asked}"`,
      hint: near === null ? "hotpod check list shows them all." : `Did you mean ${near}?`,
    });
  });
}

function rendered(report: CheckReport, options: CheckOptions): string {
  switch (options.format) {
    case "json":
      return checkJson(report);
    case "sarif":
      return sarif(report, VERSION);
    case "junit":
      return junit(report);
    case "github":
      return githubAnnotations(report);
    case "text":
      return checkText(report, {
        columns: WIDTH,
        style: options.color === true ? COLOR_STYLE : PLAIN_STYLE,
        showOpen: options.showOpen,
        showAll: options.showAll,
      });
  }
}

const GRADES: readonly Grade[] = ["info", "warning", "error"];

export function exitCode(report: CheckReport, options: CheckOptions): number {
  const { failOn } = options;
  if (report.problems.length > 0) return 2;
  if (failOn !== "never") {
    const least = GRADES.indexOf(failOn);
    const worse = ({ grade }: { grade: Grade }): boolean => GRADES.indexOf(grade) >= least;
    if (activeFindings(report).some(worse)) return 1;
  }
  return options.strictInputs && report.open.length > 0 ? 4 : 0;
}
