import { splitWords } from "#base/split-words.js";
import type { Source } from "#manifest/text/source.js";
import { commandParts, isGoRun } from "#rules/reload/command-parts.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { toolRuns } from "#rules/reload/tool-runs.js";
import { airSetting } from "#rules/reload/tool-setting.js";
import type { Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { scalarText } from "#rules/subject/fields.js";

export const goRunAsServer: Rule = {
  id: "HP1010",
  name: "go-run-as-server",
  severity: "warning",
  reason: "L",
  inputs: "W|R|D",
  exports: "KVR",
  fix: "suggest",
  title: "`go run` stands between the signal and the server.",
  why: "SIGTERM ends only the go command, and the server lives on. Every exit code becomes 1. As process 1, the end of go kills the server without a drain.",
  when: "`go run` is the last command that a container or a reload tool starts.",
  remedy: "Build, then replace the shell by the program: go build -o … && exec ….",
  fires: "command: [go, run, .]",
  quiet:
    "go run of a generator before the build; wgo run, which builds and then starts the binary.",
  judge: { of: "reload", judge: judgeTool, others: judgeContainer },
};

function judgeTool(reload: ReloadSubject): Outcome {
  const { program } = reload.use;
  if (program === "air") return judgeAir(reload);
  const runs = toolRuns(reload);
  if (runs.length === 0) return NOT_APPLICABLE;
  const run = runs.find(({ command }) => isGoRun(commandParts(command).at(-1) ?? []));
  return run === undefined ? PASS : fails(fault(run.at, `what ${program} starts`));
}

function judgeAir(reload: ReloadSubject): Outcome {
  for (const key of ["entrypoint", "full_bin", "bin"]) {
    const setting = airSetting(reload, "build", key);
    if (setting === null) continue;
    const { value, at } = setting;
    const words = Array.isArray(value)
      ? value.map(scalarText)
      : (splitWords(scalarText(value)) ?? []);
    if (words.length === 0) continue;
    const last = words.length === 1 ? words : (commandParts(words).at(-1) ?? []);
    return isGoRun(last) ? fails(fault(at, "what air starts")) : PASS;
  }
  return PASS;
}

/** Jobs and init containers run to their end, and serve nobody. */
function judgeContainer(subject: ContainerSubject): Outcome {
  const { command, isInit, workload } = subject;
  const ends = workload.workload.kind === "Job" || workload.workload.kind === "CronJob";
  if (isInit || ends || command.kind === "unknown" || subject.isManaged) return NOT_APPLICABLE;
  if (!isGoRun(commandParts(command.argv).at(-1) ?? [])) return NOT_APPLICABLE;
  const fix = buildFix(subject, command.argv);
  return fails({
    ...fault(command.source, `what the ${subject.title} serves with`),
    ...(fix === null ? {} : { fix }),
  });
}

function fault(at: Source, where: string): Fault {
  return {
    severity: "warning",
    at,
    message: `\`go run\` is ${where}: SIGTERM ends the go command and not the server.`,
  };
}

/** Of `go run PACKAGE ARGUMENTS` alone: flags of the build, versions and lists of files are left to a person. */
function buildFix(subject: ContainerSubject, argv: readonly string[]): Fix | null {
  const [go, run, target = "", ...args] = argv;
  if (go !== "go" || run !== "run" || !/^[\w./-]+$/.test(target) || target.startsWith("-"))
    return null;
  if (target.endsWith(".go") && args[0]?.endsWith(".go") === true) return null;
  const { document } = subject.workload.object;
  const script = `go build -o /tmp/app ${target} && exec /tmp/app "$@"`;
  const set = { kind: "set" as const, document };
  return {
    kind: "suggested",
    title: "build first, then exec",
    changes: [
      { ...set, path: [...subject.path, "command"], value: ["sh", "-c", script, "app", ...args] },
      ...(subject.container.args === null
        ? []
        : [{ kind: "remove" as const, document, path: [...subject.path, "args"] }]),
    ],
  };
}
