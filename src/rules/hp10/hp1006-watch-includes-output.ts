import { isWithin, joinPath } from "#base/join-path.js";
import type { Source } from "#manifest/text/source.js";
import { scriptOf } from "#rules/reload/command-parts.js";
import { generatorsIn } from "#rules/reload/generators.js";
import { buildsAndStarts } from "#rules/reload/outputs.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { type ToolRun, toolRuns } from "#rules/reload/tool-runs.js";
import {
  airList,
  airSetting,
  airText,
  configMissing,
  settingSource,
} from "#rules/reload/tool-setting.js";
import { watches } from "#rules/reload/watch-of.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { excludeFix } from "./exclude-fix.js";

export const watchIncludesOutput: Rule = {
  id: "HP1006",
  name: "watch-includes-output",
  severity: "error",
  reason: "B",
  inputs: "R",
  exports: "none",
  fix: "safe",
  title: "The watcher watches what the build writes: endless rebuilds.",
  why: "Every build makes an event, every event a build. The service is stopped and started without end.",
  when: "The build's output, the build cache or generated files lie below a watched folder, are not excluded, and match the watched extensions. air leaves out tmp_dir, testdata_dir and folders that begin with a dot by itself.",
  remedy: "Exclude the folder: exclude_dir in air, -xdir in wgo, -R in reflex.",
  fires:
    'air with `-o ./bin/app` and include_ext = ["*"]; pre_cmd with a generator whose files are not excluded.',
  quiet:
    "./bin/app with the default extensions: the file has none. A generator, with exclude_unchanged = true.",
  judge: { of: "reload", judge: judgeWatch },
};

interface Written {
  readonly path: string;
  readonly what: string;
  readonly at: Source;
  readonly run: ToolRun | null;
}

function judgeWatch(reload: ReloadSubject): Outcome {
  const { program, tool } = reload.use;
  if (tool === null) return NOT_APPLICABLE;
  // Both build where they do not watch.
  if (program === "fresh" || (program === "wgo" && reload.use.argv[1] === "run")) return PASS;
  if (program === "air") {
    const missing = configMissing(reload);
    if (missing !== null) return missing;
  }
  const outcomes = [
    ...[...outputs(reload), ...cache(reload)].map((one) => judgeOne(reload, one)),
    ...generated(reload),
  ];
  return outcomes.length === 0 ? NOT_APPLICABLE : together(outcomes);
}

function outputs(reload: ReloadSubject): Written[] {
  const runs = reload.use.program === "air" ? [null] : toolRuns(reload);
  return buildsAndStarts(reload).flatMap(({ output }, index) => {
    const run = runs[index] ?? null;
    if (output === null) return [];
    const at = run?.at ?? settingSource(reload, "build", "cmd");
    return [{ path: output, what: `the build's output ${output}`, at, run }];
  });
}

/** GOCACHE in the folder that is watched: its files have no extension. */
function cache(reload: ReloadSubject): Written[] {
  const { container, use } = reload;
  const folder = container?.env("GOCACHE") ?? null;
  if (container === null || folder === null || use.tool?.builds !== true) return [];
  const index = container.container.env.findLastIndex(({ name }) => name === "GOCACHE");
  const at = container.at("env", index);
  const [run = null] = use.program === "air" ? [] : toolRuns(reload);
  return [{ path: `${folder}/0-d`, what: `the build cache ${folder}`, at, run }];
}

function judgeOne(reload: ReloadSubject, written: Written): Outcome {
  const path = belowRoot(reload, written.path);
  if (path === null) return PASS;
  const watched = watches(reload, written.run, path === "unknown" ? written.path : path);
  if (watched === "no") return PASS;
  if (watched === "unknown") return open("R", `what ${reload.use.program} watches: ${WATCH_SAY}`);
  if (path === "unknown")
    return open("W", "`workingDir` of the container: the tool watches from there");
  const fix = excludeFix(reload, written.run, path);
  return fails({
    severity: "error",
    at: written.at,
    message: `Every build starts the next one: ${reload.use.program} watches ${written.what}.`,
    evidence: path,
    ...(fix === null ? {} : { fix }),
  });
}

const WATCH_SAY =
  "patterns of plain text such as `\\.go$`, and no list on standard input or in .gitignore";

/** Relative to the watched root; null: it lies elsewhere. */
function belowRoot({ container, use }: ReloadSubject, path: string): string | null {
  const said = use.program === "air" ? use.table?.root : undefined;
  const root =
    typeof said === "string" && said.startsWith("/") ? said : container?.container.workingDir;
  if (!path.startsWith("/")) {
    const whole = joinPath(root ?? "/", path);
    return isWithin(whole, root ?? "/") ? path : null;
  }
  if (root === null || root === undefined) return path.startsWith("/tmp/") ? null : "unknown";
  const whole = joinPath("/", path);
  return isWithin(whole, root) ? whole.slice(root.length) : null;
}

/** Files that a generator writes again each time count as changed, unless the tool compares contents. */
function generated(reload: ReloadSubject): Outcome[] {
  return scripts(reload).flatMap(({ script, at, run }) =>
    generatorsIn(script).map((generator) => {
      if (reload.use.tool?.contentHash === true) return PASS;
      const what = `what \`${generator.command}\` writes`;
      if (generator.writes !== null) {
        return judgeOne(reload, { path: generator.writes, what, at, run });
      }
      return open("S", `${what}, and whether it leaves unchanged files alone`);
    }),
  );
}

function scripts(reload: ReloadSubject): { script: string; at: Source; run: ToolRun | null }[] {
  if (reload.use.program !== "air") {
    return toolRuns(reload).map((run) => ({ script: scriptOf(run.command), at: run.at, run }));
  }
  const before = airSetting(reload, "build", "pre_cmd");
  const commands = before === null ? [] : airList(reload, "pre_cmd", []);
  const build = airText(reload, "build", "cmd");
  return [
    ...commands.map((script) => ({
      script,
      at: settingSource(reload, "build", "pre_cmd"),
      run: null,
    })),
    ...(build === null
      ? []
      : [{ script: build, at: settingSource(reload, "build", "cmd"), run: null }]),
  ];
}
