import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const jobNeverEnds: Rule = {
  id: "HP909",
  name: "job-never-ends",
  severity: "error",
  reason: "B",
  inputs: "W,(R|H)",
  exports: "KVR",
  fix: "none",
  title: "A reload tool in a Job stays up after the work is done, so the Job never completes.",
  why: "The Job is complete when its containers have ended. A reload tool waits for the next change instead.",
  when: "A container of a Job or CronJob runs a reload tool that stays when the program ends, or hotpod.",
  remedy: "Run the program itself, or give the tool the flag that makes it end with the program.",
  fires: "air in a Job.",
  quiet: "entr -rz; wgo -exit; a reload tool in a native sidecar, which the Job does not wait for.",
  judge: { of: "container", judge: judgeEnd },
};

function judgeEnd(subject: ContainerSubject): Outcome {
  const { kind } = subject.workload.workload;
  const inJob = kind === "Job" || kind === "CronJob";
  if (!inJob || subject.isInit || subject.isSidecar) return NOT_APPLICABLE;
  const { reload, command, isManaged } = subject;
  if (reload === null && !isManaged) return NOT_APPLICABLE;
  if (!isManaged && reload?.tool === null) return open("R", "the reload tool's configuration");
  if (!isManaged && reload?.tool?.onAppExit === "exit") return PASS;
  return fails({
    severity: "error",
    at: command.kind === "known" ? command.source : subject.at("name"),
    message: `The ${kind} never completes: ${isManaged ? "hotpod" : reload?.program} stays when the program has ended.`,
  });
}
