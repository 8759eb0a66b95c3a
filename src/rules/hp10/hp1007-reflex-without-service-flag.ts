import { insertFlags } from "#rules/reload/argv-change.js";
import { commandParts, endsByItself, isGoRun, isProgramPath } from "#rules/reload/command-parts.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { flagText, type ToolRun, toolRuns } from "#rules/reload/tool-runs.js";
import { configMissing } from "#rules/reload/tool-setting.js";
import type { Change } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";

export const reflexWithoutServiceFlag: Rule = {
  id: "HP1007",
  name: "reflex-without-service-flag",
  severity: "error",
  reason: "B",
  inputs: "R",
  exports: "none",
  fix: "safe",
  title: "reflex waits for the server to end before it runs it again, so nothing ever reloads.",
  why: "Without -s reflex takes its command for one that ends, such as a test run. A server does not end, so the change waits for ever.",
  when: "reflex without -s or --start-service, with a command whose last part does not end: `go run`, or a program by its path.",
  remedy: "Add -s.",
  fires: "reflex -r '\\.go$' -- go run .",
  quiet: "reflex -- go test ./...",
  judge: { of: "reload", judge: judgeReflex },
};

function judgeReflex(reload: ReloadSubject): Outcome {
  if (reload.use.program !== "reflex") return NOT_APPLICABLE;
  const runs = toolRuns(reload);
  if (runs.length === 0) return configMissing(reload) ?? NOT_APPLICABLE;
  return together(runs.map((run) => judgeRun(reload, run)));
}

function judgeRun(reload: ReloadSubject, run: ToolRun): Outcome {
  if (flagText(run.flags, "-s", "-start-service") !== null) return PASS;
  const last = commandParts(run.command).at(-1);
  if (last === undefined) return NOT_APPLICABLE;
  if (endsByItself(last)) return PASS;
  const shown = last.join(" ");
  if (!isGoRun(last) && !isProgramPath(last)) {
    return open("R", `whether \`${shown}\` ends: name the program in reflex' own command`);
  }
  const change = serviceFlag(reload, run);
  return fails({
    severity: "error",
    at: run.at,
    message: `Without -s reflex waits for \`${shown}\` to end before it runs it again, and a server does not end.`,
    evidence: shown,
    ...(change === null ? {} : { fix: { kind: "safe", title: "add -s", changes: [change] } }),
  });
}

function serviceFlag(reload: ReloadSubject, { rowStart }: ToolRun): Change | null {
  const { config } = reload.use;
  if (rowStart === null) return insertFlags(reload, ["-s"]);
  if (config === null) return null;
  const { file, text } = config;
  return { kind: "text", file, text, start: rowStart, end: rowStart, newText: "-s " };
}
