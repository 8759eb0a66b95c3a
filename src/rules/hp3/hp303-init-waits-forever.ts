import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { runsHiddenScript, scriptOf } from "#rules/shell/shell-text.js";
import { waitLoopsOf } from "#rules/shell/wait-loops.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const initWaitsForever: Rule = {
  id: "HP303",
  name: "init-waits-forever",
  severity: "warning",
  reason: "a",
  inputs: "W",
  exports: "KVR@",
  fix: "suggest",
  title: "An init container waits for another service with no limit.",
  why: "Init containers run one after another, so a loop without end holds the pod in Pending. The progress deadline only reports it; nothing is rolled back.",
  when: "An until or while loop asks the network (nc, wget, curl, pg_isready, …), and neither timeout, a counter with exit, nor activeDeadlineSeconds of the pod bounds it.",
  remedy: "Bound it: timeout 120 sh -c 'until …', and -w 2 on nc.",
  fires: "until nc -z db 5432; do sleep 2; done",
  quiet: "for i in $(seq 60); do nc -z db 5432 && exit 0; sleep 1; done; exit 1",
  judge: { of: "container", judge: judgeLoops },
};

function judgeLoops(subject: ContainerSubject): Outcome {
  const { command, workload } = subject;
  if (!subject.isInit || command.kind === "unknown") return NOT_APPLICABLE;
  if (typeof workload.rawSpec.activeDeadlineSeconds === "number") return PASS;
  if (runsHiddenScript(command.argv))
    return open("S", `the script ${command.argv.find((word) => /\.sh$|^\//.test(word)) ?? ""}`);
  const timed = /(^|\/)timeout$/.test(command.argv[0] ?? "");
  const script = scriptOf(command.argv);
  const unbounded =
    script === null || timed ? [] : waitLoopsOf(script).filter(({ bounded }) => !bounded);
  const [loop] = unbounded;
  if (loop === undefined) return PASS;
  const whom = loop.hosts[0] === undefined ? "another service" : loop.hosts[0];
  const { initWait } = subject.project.parameters;
  const index = subject.container.command?.indexOf(script ?? "") ?? -1;
  return fails({
    severity: "warning",
    at: index >= 0 ? subject.at("command", index) : subject.at("args"),
    message: `Init container ${subject.name} waits for ${whom} for ever, and the pod stays Pending meanwhile.`,
    remedy: `Bound it: timeout ${initWait} sh -c '…', and -w 2 on nc.`,
  });
}
