import { setInContainer, suggestedFix } from "#rules/fix/set-field.js";
import { mebibytes, memoryNeed } from "#rules/pod/memory-need.js";
import {
  fails,
  NOT_APPLICABLE,
  type Outcome,
  open,
  openTiming,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { bytesText } from "#rules/subject/figure.js";

export const twoGenerationsDoNotFit: Rule = {
  id: "HP701",
  name: "two-generations-do-not-fit",
  severity: "error",
  reason: "A",
  inputs: "W,T,H?",
  exports: "KVR@",
  fix: "suggest",
  title: "The memory limit cannot hold old and new generation together.",
  why: "The limit counts all processes of the container. When it is reached the kernel may kill the serving one, and even the end of a child can mark the container OOMKilled.",
  when: "What the generations that run at once (and a build in the container) need is above the memory limit; a warning within 15 % of it.",
  remedy:
    "Raise the limit, set maxDraining: 0, or use handover: restart. hotpod looks at run time too and falls back.",
  fires: "300 Mi a generation, maxDraining 1, a limit of 512 Mi.",
  quiet: "the same with 1 Gi; a build in a sidecar.",
  judge: { of: "container", judge: judgeMemory },
};

const CLOSE = 1.15;
const ROOM = 1.2;

function judgeMemory(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const limit = subject.container.resources.limits.memoryBytes;
  if (limit === null) return open("W", "a memory limit of the container");
  const need = memoryNeed(subject);
  if (typeof need === "string") return openTiming(need);
  if (need.bytes * CLOSE <= limit) return PASS;
  const wanted = mebibytes(need.bytes * ROOM);
  const over = need.bytes > limit;
  const who = need.generations === 1 ? "The program needs" : `${need.generations} generations need`;
  return fails({
    severity: over ? "error" : "warning",
    at: subject.at("resources", "limits", "memory"),
    message: `${who} up to ${bytesText(need.bytes)}, and the limit is ${bytesText(limit)}.`,
    figures: need.figures,
    fix: suggestedFix(
      `memory limit ${wanted}`,
      setInContainer(subject, ["resources", "limits", "memory"], wanted),
    ),
  });
}
