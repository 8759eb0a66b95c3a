import { sharesPids } from "#rules/pod/pid1.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const reloadToolIsPid1: Rule = {
  id: "HP401",
  name: "reload-tool-is-pid1",
  severity: "warning",
  reason: "L",
  inputs: "W,(R|D)",
  exports: "KVR",
  fix: "suggest",
  title: "A reload tool runs as PID 1 and does not pass the stop on.",
  why: "The kubelet sends SIGTERM to process 1 alone. A tool that turns it into SIGKILL or SIGINT loses the requests under way, and one that reaps nothing leaves zombies behind.",
  when: "Process 1 is a reload tool that does not hand SIGTERM to the program, or does not reap orphans, in a pod without shareProcessNamespace.",
  remedy:
    "Let hotpod be process 1; or put tini -g -- in front and set send_interrupt and kill_delay, for tini does not change what the tool sends.",
  fires: 'command: ["/go/bin/air"]',
  quiet: "watchexec, which reaps and sends SIGTERM.",
  judge: { of: "container", judge: judgeTool },
};

function judgeTool(subject: ContainerSubject): Outcome {
  const { reload } = subject;
  if (subject.isInit || reload === null || !reload.isPid1 || sharesPids(subject))
    return NOT_APPLICABLE;
  const { tool } = reload;
  if (tool === null) return open("R", "the reload tool's configuration");
  const reaches = tool.onTerm?.[0]?.signal === "SIGTERM";
  if (reaches && tool.reapsOrphans) return PASS;
  const sent = tool.onTerm?.[0]?.signal ?? "nothing";
  return fails({
    severity: "warning",
    at: reload.source,
    message: reaches
      ? `As process 1, ${reload.program} reaps no orphans, so they pile up as zombies.`
      : `At the pod's stop ${reload.program} sends the program ${sent}, so requests under way are lost.`,
    figures: [{ name: "on SIGTERM", value: sent, source: `${tool.name} ${tool.versions}` }],
  });
}
