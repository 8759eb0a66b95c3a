import { isWithin } from "#base/join-path.js";
import { allMounts, isWrittenByKubelet } from "#rules/pod/mounts.js";
import { watchedPaths } from "#rules/pod/watched-paths.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const subpathNeverUpdates: Rule = {
  id: "HP1202",
  name: "subpath-never-updates",
  severity: "error",
  reason: "B",
  inputs: "W,(H|R|S)",
  exports: "KVR@",
  fix: "suggest",
  title: "A subPath mount never shows later versions of the ConfigMap.",
  why: "It binds the file that was there when the container started. The kubelet replaces the whole folder beside it, so a watcher of the mounted file waits for ever.",
  when: "A ConfigMap, Secret, projected or downwardAPI volume is mounted with subPath, and its path is watched or claimed to be hot.",
  remedy: "Mount the folder without subPath; a link in the image gives the single name.",
  fires: "/etc/app/config.yaml by subPath, and inotifywait on it.",
  quiet: "an emptyDir with subPath; a ConfigMap that nobody watches.",
  judge: { of: "container", judge: judgeMounts },
};

function judgeMounts(subject: ContainerSubject): Outcome {
  const mounts = allMounts(subject).filter((one) => one.hasSubPath && isWrittenByKubelet(one));
  if (mounts.length === 0) return NOT_APPLICABLE;
  const watched = watchedPaths(subject);
  const faults = mounts.flatMap(({ mount, index }) => {
    const path = watched.find(
      (one) => isWithin(mount.mountPath, one) || isWithin(one, mount.mountPath),
    );
    if (path === undefined) return [];
    return [
      {
        severity: "error" as const,
        at: subject.at("volumeMounts", index, "subPath"),
        message: `The file at ${mount.mountPath} stays as it was at the container's start, and ${path} is watched.`,
        evidence: mount.mountPath,
      },
    ];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}
