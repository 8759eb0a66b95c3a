import { resolve } from "node:path";
import { UserError } from "#base/user-error.js";
import { errorText } from "#cli/error-text.js";
import { WIDTH } from "#cli/simulate/forms/render-reports.js";
import type { LineWriter } from "#edge/line-writer.js";
import { startWatching, type Watching } from "#edge/watch/start-watching.js";
import { changesText } from "#report/check/changes-text.js";
import { activeFindings, type CheckReport } from "#report/check/check-report.js";
import type { Rule } from "#rules/rule/rule.js";
import { readArtifacts } from "./artifacts.js";
import { applyBaseline } from "./baseline-file.js";
import type { CheckOptions } from "./check-options.js";
import { loadProject } from "./load-project.js";
import { reportOf, review } from "./report-of.js";

/** Judges, and again whenever what was named changes, until it is ended. */
export async function watchInputs(
  options: CheckOptions,
  rules: readonly Rule[],
  out: LineWriter,
): Promise<never> {
  const roots = rootsOf(options);
  let wake = (): void => {};
  const watching = startWatching(
    watchSettings(roots),
    () => wake(),
    () => {},
  );
  let before: CheckReport | null = null;
  let content: string | null = null;
  for (;;) {
    const noticed = new Promise<void>((settle) => {
      wake = settle;
    });
    const now = await newContent(watching, content);
    if (now !== null) {
      content = now;
      before = await tell(options, rules, before, out);
    }
    await noticed;
  }
}

/** null: it is what it was, or still changing, which comes as a notice of its own. */
async function newContent(watching: Watching, before: string | null): Promise<string | null> {
  const { content } = await watching.read();
  return content === before ? null : content;
}

/** A file that is half written is told like any other mistake; the next save mends it. */
async function tell(
  options: CheckOptions,
  rules: readonly Rule[],
  before: CheckReport | null,
  out: LineWriter,
): Promise<CheckReport | null> {
  try {
    const loaded = loadProject(options, await readArtifacts(options));
    const reviewed = applyBaseline(review(loaded, rules), options.baseline);
    const report = reportOf(loaded, rules, reviewed);
    const text = changesText(before === null ? null : activeFindings(before), report, WIDTH);
    if (text !== "") await out.data(text);
    return report;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await out.data(errorText(error));
    return before;
  }
}

function rootsOf(options: CheckOptions): string[] {
  const { paths, dockerfiles, scripts, sources, timings, reloadConfigs, settings } = options;
  if (options.context !== null || paths.includes("-")) {
    throw new UserError({
      code: "nothing-to-watch",
      message: "--watch looks at files, and neither a cluster nor standard input is one",
      hint: "Name files or folders.",
    });
  }
  const files = [...paths, ...dockerfiles, ...scripts, ...sources, ...timings, ...reloadConfigs];
  return [...files, ...(settings === null ? [] : [settings])].map((path) => resolve(path));
}

function watchSettings(roots: readonly string[]): Parameters<typeof startWatching>[0] {
  return {
    cwd: resolve("."),
    recipe: "none",
    artifact: null,
    watch: [...roots],
    ignore: [],
    poll: "auto",
    store: { dir: resolve(".hotpod/store"), keep: 1 },
  };
}
