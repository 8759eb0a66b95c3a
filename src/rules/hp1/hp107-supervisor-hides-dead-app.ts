import { readToolWords } from "#manifest/tools/read-tool.js";
import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOfArgv } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";
import type { ReloadUse } from "#rules/subject/reload-use.js";

export const supervisorHidesDeadApp: Rule = {
  id: "HP107",
  name: "supervisor-hides-dead-app",
  severity: "error",
  reason: "A",
  lessInDev: true,
  inputs: "W,R",
  exports: "KVR@",
  fix: "suggest",
  title: "The reload tool stays up when the app dies, and nothing notices.",
  why: "The kubelet watches process 1 alone. air, CompileDaemon, reflex and nodemon keep running without their service, so the container stays Running with no server in it.",
  when: "Process 1 or its direct child is a reload tool that stays when its service ends, and there is no livenessProbe.",
  remedy:
    "Add a livenessProbe that asks the service, or the tool's flag that ends it with its service.",
  fires: "air, and no liveness.",
  quiet: "entr -rz; wgo -exit; sh -c 'air & wait -n'; hotpod, which restarts its service.",
  judge: { of: "container", judge: judgeTool },
};

function judgeTool(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  if (subject.isManaged || subject.probe("liveness") !== null) return PASS;
  if (subject.command.kind === "unknown") return open("D", subject.command.say);
  const { reload } = subject;
  if (reload === null || waitsForAny(subject.command.argv)) return PASS;
  if (reload.tool === null) return open("R", `what ${reload.program} does: ${reload.configFile}`);
  if (reload.tool.onAppExit !== "stay") return PASS;
  if (reload.configFile !== null && reload.config === null && IN_FILE.has(reload.program)) {
    return open("R", `--reload-config ${reload.configFile}`);
  }
  const fix = exitFix(subject, reload);
  return fails({
    severity: "error",
    at: reload.source,
    message: `When its service dies, ${reload.program} stays, and without a livenessProbe nobody notices.`,
    evidence: reload.program,
    ...(fix === null ? {} : { fix }),
  });
}

/** Their files can say that they end or start again. */
const IN_FILE = new Set(["air", "nodemon"]);

/** `wait -n` in the shell that stays: it ends with the first of its children. */
function waitsForAny(argv: readonly string[]): boolean {
  return commandsOfArgv(argv).some(({ words }) => words[0] === "wait" && words.includes("-n"));
}

const EXIT_FLAGS: Readonly<Record<string, string>> = {
  entr: "-z",
  nodemon: "--exitcrash",
  watchexec: "--exit-on-error",
  wgo: "-exit",
};

/** Where the tool is a word of `command` itself, not of a script in it. */
function exitFix({ container, path, workload }: ContainerSubject, reload: ReloadUse): Fix | null {
  const flag = EXIT_FLAGS[reload.program];
  const { command } = container;
  const at = command?.findIndex((word) => baseName(word) === reload.program) ?? -1;
  if (flag === undefined || command === null || at < 0) return null;
  const value = [...command.slice(0, at + 1), flag, ...command.slice(at + 1)];
  const argv = [...reload.argv.slice(0, 1), flag, ...reload.argv.slice(1)];
  const read = readToolWords(argv, reload.config, reload.program);
  if (!read.ok || read.value.tool.onAppExit !== "exit") return null;
  const { document } = workload.object;
  return {
    kind: "suggested",
    title: `${reload.program} ${flag}: it ends with its service, and the kubelet starts both again`,
    changes: [{ kind: "set", document, path: [...path, "command"], value }],
  };
}
