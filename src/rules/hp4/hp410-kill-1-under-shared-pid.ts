import type { Source } from "#manifest/text/source.js";
import { sharesPids } from "#rules/pod/pid1.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsOfArgv } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const kill1UnderSharedPid: Rule = {
  id: "HP410",
  name: "kill-1-under-shared-pid",
  severity: "error",
  reason: "B",
  inputs: "W,R?,S?",
  exports: "KVR",
  fix: "none",
  title: "A script signals PID 1, but PID 1 is the pause process here.",
  why: "With shareProcessNamespace process 1 is the pod's pause process, and with hostPID the node's init: the signal never reaches the program.",
  when: "shareProcessNamespace or hostPID is set, and a command, hook or probe has kill with 1 as its target.",
  remedy: "Signal by a pid file, or use hotpod ctl reload.",
  fires: "preStop kill -USR2 1",
  quiet: "kill -HUP 1 without sharing; kill -1 $PID, where 1 is the signal.",
  judge: { of: "container", judge: judgeCommands },
};

function judgeCommands(subject: ContainerSubject): Outcome {
  if (!sharesPids(subject)) return NOT_APPLICABLE;
  const found = texts(subject).find(({ argv }) =>
    commandsOfArgv(argv).some(({ words }) => killsOne(words)),
  );
  if (found === undefined) return PASS;
  return fails({
    severity: "error",
    at: found.at,
    message: `Process 1 is not the program of container ${subject.name} here, so the signal goes to another one.`,
    related: [
      {
        source: subject.workload.inSpec("shareProcessNamespace"),
        message: "Processes are shared.",
      },
    ],
  });
}

function texts(subject: ContainerSubject): { argv: readonly string[]; at: Source }[] {
  const { command, lifecycle } = subject.container;
  const hooks = (["postStart", "preStop"] as const).flatMap((name) => {
    const hook = lifecycle[name];
    return hook?.kind === "exec" ? [{ argv: hook.command, at: subject.at("lifecycle", name) }] : [];
  });
  const probes = (["liveness", "readiness", "startup"] as const).flatMap((kind) => {
    const handler = subject.probe(kind)?.handler;
    return handler?.kind === "exec" ? [{ argv: handler.command, at: subject.atProbe(kind) }] : [];
  });
  const own =
    command === null
      ? []
      : [{ argv: [...command, ...(subject.container.args ?? [])], at: subject.at("command") }];
  return [...own, ...hooks, ...probes];
}

/** `kill -USR2 1`, `kill 1`, `kill -s HUP 1`; in `kill -1 PID` the number is a signal. */
function killsOne(words: readonly string[]): boolean {
  if (!/(^|\/)kill$/.test(words[0] ?? "")) return false;
  return words
    .slice(1)
    .some((word, index) => word === "1" && words[index] !== "-s" && words[index] !== "-n");
}
