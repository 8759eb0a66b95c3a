import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const swapLostOnRestart: Rule = {
  id: "HP511",
  name: "swap-lost-on-restart",
  severity: "info",
  reason: "V",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "A container restart throws the swapped binary away and runs the image's version.",
  why: "The root file system ends with the container, an emptyDir with the pod; a new pod has neither.",
  when: "The hot file lies on the root file system; or, under profile prod, on an emptyDir while hotpod boots from the image (the default). A warning in prod.",
  remedy:
    "Put the store on an emptyDir with boot: last-good, and ship the same revision as an image soon.",
  fires: "air building into /app/tmp without a volume.",
  quiet: "an emptyDir under profile dev.",
  judge: { of: "container", judge: judgePaths },
};

function judgePaths(subject: ContainerSubject): Outcome {
  const { hotPaths, settings, project } = subject;
  const [file] = hotPaths.files;
  if (!subject.isHot || file === undefined) return NOT_APPLICABLE;
  const mounted = mountOf(subject, file.path);
  const prod = project.parameters.profile === "prod";
  const severity = prod ? "warning" : "info";
  if (mounted === null) {
    return fails({
      severity,
      at: file.source,
      message: `What a reload puts into ${file.path} is gone with the container, and the next one runs the image's version.`,
    });
  }
  const onEmptyDir = mounted.volume?.source.kind === "emptyDir";
  const remembers = settings?.policy.boot === "last-good";
  if (!prod || !onEmptyDir || remembers || !subject.isManaged) return PASS;
  return fails({
    severity,
    at: file.source,
    message:
      "After a restart the container runs the image's version, although the swapped one is still on its volume.",
    remedy: "boot: last-good starts the last good version of the store.",
  });
}
