import { toolFlags } from "#manifest/tools/tool-flags.js";
import { hears, programOf } from "#rules/go/go-serving.js";
import { insertFlags } from "#rules/reload/argv-change.js";
import { commandParts } from "#rules/reload/command-parts.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { flagText, toolRuns } from "#rules/reload/tool-runs.js";
import { configMissing, settingChange } from "#rules/reload/tool-setting.js";
import type { Change } from "#rules/rule/fix.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const reloadSignalDoesNothing: Rule = {
  id: "HP1008",
  name: "reload-signal-does-nothing",
  severity: "error",
  reason: "B",
  inputs: "R,G?",
  exports: "none",
  fix: "safe",
  title: "The reload signal has no effect on this process.",
  why: "nodemon sends SIGUSR2, and waits without limit for the process to end. A Go process without a handler ignores SIGUSR1 and SIGUSR2, so the old version stays for ever.",
  when: "nodemon runs go, and its signal is not set, or is SIGUSR1 or SIGUSR2.",
  remedy: "Give nodemon a signal that ends the process: --signal SIGTERM.",
  fires: "nodemon --exec go run .",
  quiet: "nodemon --signal SIGINT; a service that handles SIGUSR2 itself.",
  judge: { of: "reload", judge: judgeSignal },
};

function judgeSignal(reload: ReloadSubject): Outcome {
  if (reload.use.program !== "nodemon") return NOT_APPLICABLE;
  const { signal, said } = signalOf(reload);
  if (!/^(SIG)?USR[12]$/i.test(signal)) return PASS;
  const [run] = toolRuns(reload);
  const parts = commandParts(run?.command ?? []);
  if (run === undefined || parts.length === 0) return configMissing(reload) ?? NOT_APPLICABLE;
  if (!parts.some(([program = ""]) => program.split("/").at(-1) === "go")) {
    const last = parts.at(-1) ?? [];
    if (!(last[0] ?? "").includes("/")) return NOT_APPLICABLE;
    const program = reload.container === null ? "unknown" : programOf(reload.container);
    const name = signal.toUpperCase().replace(/^SIG/, "");
    if (program !== null && program !== "unknown") {
      return hears(program, name) ? PASS : fails(ignored(run, signal));
    }
    return open("G", `the source of \`${last[0]}\`: whether it handles ${signal}`);
  }
  const change = said ? null : signalChange(reload);
  return fails({
    ...ignored(run, signal),
    ...(change === null
      ? {}
      : { fix: { kind: "safe", title: "the signal SIGTERM", changes: [change] } }),
  });
}

function ignored(run: ReturnType<typeof toolRuns>[number], signal: string): Fault {
  const shown = run.command.join(" ");
  return {
    severity: "error",
    at: run.at,
    message: `The signal ${signal} of nodemon is ignored by what \`${shown}\` starts, and nodemon waits for its end.`,
    evidence: signal,
  };
}

/** `said`: on the command line, where another one would have to replace it. */
function signalOf({ use: { argv, table } }: ReloadSubject): { signal: string; said: boolean } {
  const flag = flagText(toolFlags("nodemon", argv.slice(1)).flags, "-s", "-signal");
  const { signal } = fieldsOf(table);
  if (flag !== null) return { signal: flag, said: true };
  return { signal: typeof signal === "string" ? signal : "SIGUSR2", said: false };
}

function signalChange(reload: ReloadSubject): Change | null {
  return (
    settingChange(reload, "", "signal", "SIGTERM") ?? insertFlags(reload, ["--signal", "SIGTERM"])
  );
}
