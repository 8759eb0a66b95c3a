import { mountOf } from "#rules/pod/mounts.js";
import { writePaths } from "#rules/pod/write-paths.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { bytesText, timingFigure } from "#rules/subject/figure.js";

export const memoryVolumeEatsLimit: Rule = {
  id: "HP505",
  name: "memory-volume-eats-limit",
  severity: "warning",
  reason: "a",
  inputs: "W,(T|H)?",
  exports: "KVR",
  fix: "suggest",
  title: "A Memory emptyDir counts against the memory limit of whoever writes it.",
  why: "Its pages are charged to the container that wrote them and outlive a restart of the container, so the next start begins with less.",
  when: "A reload writes to an emptyDir with medium: Memory, and what it may hold and two generations together are above the memory limit; or it has no sizeLimit at all.",
  remedy: "Use a disk emptyDir for builds and caches, or a sizeLimit of what is expected.",
  fires: "a Go cache of 900 MB on Memory under a limit of 1 Gi.",
  quiet: "a Memory volume of 16 Mi for sockets.",
  judge: { of: "container", judge: judgeVolumes },
};

function judgeVolumes(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const mounted = writePaths(subject).paths.flatMap(({ folder, what }) => {
    const at = mountOf(subject, folder);
    const source = at?.volume?.source;
    return source?.kind === "emptyDir" && source.medium === "Memory" ? [{ at, source, what }] : [];
  });
  const [first] = mounted;
  if (first === undefined || first.at === null) return NOT_APPLICABLE;
  const limit = subject.container.resources.limits.memoryBytes;
  const at = subject.at("volumeMounts", first.at.index);
  const { sizeBytes } = first.source;
  if (limit === null) return open("W", "a memory limit of the container");
  if (sizeBytes === null) {
    return fails({
      severity: "warning",
      at,
      message: `Volume ${first.at.mount.name} holds ${first.what} in memory without a sizeLimit, and counts against the limit of ${bytesText(limit)}.`,
    });
  }
  const rss = subject.timing("rss");
  const sum = sizeBytes + 2 * (rss?.value ?? 0);
  if (sum <= limit) return PASS;
  return fails({
    severity: "warning",
    at,
    message: `Volume ${first.at.mount.name} may hold ${bytesText(sizeBytes)} in memory, and the limit of ${bytesText(limit)} has to hold two generations as well.`,
    figures: rss === null ? [] : [timingFigure(rss, "bytes")],
  });
}
