import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

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
  why: "The kubelet watches process 1 alone. A tool that waits for the next change keeps the container Running with no server in it.",
  when: "Process 1, or what it starts, is a reload tool that stays when the program ends, and there is no livenessProbe.",
  remedy: "Add a livenessProbe, or the tool's flag that makes it end with the program.",
  fires: "air without a livenessProbe.",
  quiet: "entr -rz; wgo -exit; sh -c 'air & wait -n'.",
  judge: { of: "container", judge: judgeTool },
};

function judgeTool(subject: ContainerSubject): Outcome {
  const { reload, command } = subject;
  if (subject.isInit || reload === null || command.kind === "unknown") return NOT_APPLICABLE;
  if (subject.probe("liveness") !== null) return PASS;
  if (reload.tool === null) return open("R", "the reload tool's configuration");
  if (reload.tool.onAppExit !== "stay") return PASS;
  return fails({
    severity: "error",
    at: reload.source,
    message: `When the program ends, ${reload.program} stays, and the container counts as running.`,
  });
}
