import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const swapOntoBindFile: Rule = {
  id: "HP504",
  name: "swap-onto-bind-file",
  severity: "error",
  reason: "B",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The hot file is itself a mount (subPath file), so it cannot be replaced.",
  why: "A rename onto a mount point is refused (EBUSY), and the old file stays bound until the container restarts.",
  when: "The path that a reload replaces is exactly a mountPath with subPath, or a hostPath of type File.",
  remedy: "Mount the folder instead of the file.",
  fires: "mountPath /app/main with subPath main.",
  quiet: "a subPath that names a folder with the file in it.",
  judge: { of: "container", judge: judgeFiles },
};

function judgeFiles(subject: ContainerSubject): Outcome {
  if (!subject.isHot || subject.hotPaths.files.length === 0) return NOT_APPLICABLE;
  for (const { path, source } of subject.hotPaths.files) {
    const mounted = mountOf(subject, path);
    if (mounted === null || mounted.mount.mountPath.replace(/\/+$/, "") !== path) continue;
    const volumes = subject.workload.rawSpec.volumes;
    const raw = (Array.isArray(volumes) ? volumes : [])
      .map(fieldsOf)
      .find(({ name }) => name === mounted.mount.name);
    const isFile = /^File/.test(String(fieldsOf(raw?.hostPath).type ?? ""));
    if (!mounted.hasSubPath && !isFile) continue;
    return fails({
      severity: "error",
      at: subject.at("volumeMounts", mounted.index, "mountPath"),
      message: `${"`"}${path}${"`"} is a mount of its own, so a reload cannot put another file in its place.`,
      related: [{ source, message: "A reload replaces it." }],
    });
  }
  return PASS;
}
