import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const devReloaderInProduction: Rule = {
  id: "HP1101",
  name: "dev-reloader-in-production",
  severity: "error",
  reason: "X",
  lessInDev: true,
  inputs: "W,(R|I|D)",
  exports: "KVR",
  fix: "none",
  title: "A development reload tool or a compiler runs in production.",
  why: "Whoever can write a file there can run code: the tool builds and starts whatever it finds.",
  when: "The container starts a reload tool other than hotpod, under the profile prod or in a namespace of `check.prodNamespaces`.",
  remedy: "Deliver signed generations through hotpod, or roll out a new image.",
  fires: "air in a production namespace.",
  quiet: "The profile dev.",
  judge: { of: "container", judge: judgeTool },
};

function judgeTool(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const { parameters } = subject.project;
  const { namespace } = subject.workload.workload;
  if (parameters.profile !== "prod" && !parameters.prodNamespaces.includes(namespace)) return PASS;
  const { command, reload } = subject;
  if (command.kind === "unknown") return open("D", command.say);
  if (reload === null) return PASS;
  return fails({
    severity: "error",
    at: reload.source,
    message: `The ${subject.title} runs ${reload.program} in production: whoever can write a file can run code.`,
    evidence: reload.program,
  });
}
