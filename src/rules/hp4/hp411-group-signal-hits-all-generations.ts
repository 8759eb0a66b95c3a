import { safeFix } from "#rules/fix/set-field.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";

export const groupSignalHitsAllGenerations: Rule = {
  id: "HP411",
  name: "group-signal-hits-all-generations",
  severity: "warning",
  reason: "a",
  inputs: "W|D",
  exports: "KVR",
  fix: "safe",
  title: "dumb-init sends the reload signal to every generation, not just the supervisor.",
  why: "It signals its whole process group by default, so old and new programs get what only the supervisor should; tini signals its child alone.",
  when: "dumb-init without --single-child (-c) starts hotpod, einhorn or start_server.",
  remedy: "Add --single-child, or leave dumb-init out before hotpod, which reaps by itself.",
  fires: "dumb-init hotpod run",
  quiet: "tini -- hotpod run; dumb-init before a program of one process.",
  judge: { of: "container", judge: judgeInit },
};

const SUPERVISORS = new Set(["hotpod", "einhorn", "start_server"]);

function judgeInit(subject: ContainerSubject): Outcome {
  const { command } = subject;
  if (command.kind === "unknown" || baseName(command.argv[0] ?? "") !== "dumb-init")
    return NOT_APPLICABLE;
  const next = command.argv.findIndex((word, index) => index > 0 && !word.startsWith("-"));
  if (!SUPERVISORS.has(baseName(command.argv[next] ?? ""))) return NOT_APPLICABLE;
  const flags = command.argv.slice(1, next);
  if (flags.some((word) => word === "--single-child" || /^-[a-z]*c/.test(word))) return PASS;
  const own = subject.container.command ?? [];
  return fails({
    severity: "warning",
    at: command.source,
    message: `A signal for ${baseName(command.argv[next] ?? "")} reaches every generation too.`,
    fix: safeFix("dumb-init --single-child", {
      kind: "set",
      document: subject.workload.object.document,
      path: [...subject.path, "command"],
      value: [own[0] ?? "dumb-init", "--single-child", ...own.slice(1)],
    }),
  });
}
