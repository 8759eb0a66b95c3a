import type { Fix } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOfArgv, isShell, waitLoopsOf } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { scriptPlace } from "./script-place.js";

export const initWaitsForever: Rule = {
  id: "HP303",
  name: "init-waits-forever",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR@",
  fix: "suggest",
  title: "An init container waits for another service with no limit.",
  why: "Init containers run one after another, so an endless loop holds the pod in Pending. The progress deadline only reports that; it never rolls back.",
  when: "The script has `until` or `while` around a network check (nc, wget, curl, pg_isready, nslookup, getent, redis-cli) with no bound: no `timeout` around it, no counter that is compared, no activeDeadlineSeconds. Any init container.",
  remedy: "Wrap the loop: timeout 120 sh -c '…'; and give nc a limit of its own: nc -w 2.",
  fires: "until nc -z db 5432; do sleep 2; done",
  quiet: "for i in $(seq 60); do … && exit 0; done; exit 1; timeout 90 sh -c 'until …'",
  judge: { of: "container", judge: judgeInit },
};

function judgeInit(subject: ContainerSubject): Outcome {
  const { command, workload } = subject;
  if (!subject.isInit || command.kind === "unknown") return NOT_APPLICABLE;
  if (hasDeadline(subject)) return PASS;
  const endless = waitLoopsOf(command.argv).find(({ bounded }) => !bounded);
  if (endless === undefined) {
    const file = scriptFile(command.argv);
    return file === null ? PASS : open("S", `the script ${file}`);
  }
  const { initWait } = workload.project.parameters;
  const place = scriptPlace(subject);
  const program = endless.checks[0]?.words[0] ?? "";
  return fails({
    severity: "warning",
    at: place === null ? subject.at("command") : subject.at(...place.inside),
    message: `Init container ${subject.name} asks with ${program} again and again without an end, and the pod stays Pending meanwhile.`,
    evidence: endless.checks[0]?.text ?? "",
    figures: [{ name: "initWait", value: `${initWait} s`, source: "check.initWait" }],
    fix: fixOf(subject, initWait),
  });
}

function hasDeadline({ workload }: ContainerSubject): boolean {
  const isJob = workload.workload.kind === "Job";
  const all = [workload.rawSpec, ...(isJob ? [workload.rawObjectSpec] : [])];
  return all.some(({ activeDeadlineSeconds: seconds }) => typeof seconds === "number");
}

/** A script that is a file, whose text nobody has given. */
function scriptFile(argv: readonly string[]): string | null {
  for (const { words } of commandsOfArgv(argv)) {
    const [program = "", operand = ""] = words;
    if (program.endsWith(".sh")) return program;
    if (isShell(program) && operand !== "" && !operand.startsWith("-")) return operand;
  }
  return null;
}

function fixOf({ container, path, workload }: ContainerSubject, seconds: number): Fix {
  const value = ["timeout", String(seconds), ...(container.command ?? [])];
  const { document } = workload.object;
  return {
    kind: "suggested",
    title: `timeout ${seconds} around the whole command`,
    changes: [{ kind: "set", document, path: [...path, "command"], value }],
  };
}
