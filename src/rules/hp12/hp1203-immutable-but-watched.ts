import { isWithin } from "#base/join-path.js";
import { pathSteps } from "#manifest/fields/field-path.js";
import { fieldSource } from "#manifest/text/source.js";
import type { KubeObject } from "#manifest/workload/kube-object.js";
import { allMounts } from "#rules/pod/mounts.js";
import { watchedPaths } from "#rules/pod/watched-paths.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const immutableButWatched: Rule = {
  id: "HP1203",
  name: "immutable-but-watched",
  severity: "error",
  reason: "B",
  inputs: "W,N",
  exports: "R+",
  fix: "none",
  title: "The watched ConfigMap or Secret is immutable; kubelets stop watching it.",
  why: "The API server refuses every change of it, so there is nothing to watch: a new version is a new object under a new name.",
  when: "A mounted ConfigMap or Secret has immutable: true, and its path is watched or claimed to be hot.",
  remedy:
    "Drop immutable (the object has to be made again), or give each version its own name and roll out.",
  fires: "immutable: true and a watch on the mount.",
  quiet: "a name with a hash that nobody claims to be hot.",
  judge: { of: "container", judge: judgeMounts },
};

function judgeMounts(subject: ContainerSubject): Outcome {
  const watched = watchedPaths(subject);
  const mounts = allMounts(subject).flatMap(({ mount, volume }) => {
    const source = volume?.source;
    if (source?.kind !== "configMap" && source?.kind !== "secret") return [];
    const isWatched = watched.some(
      (path) => isWithin(path, mount.mountPath) || isWithin(mount.mountPath, path),
    );
    return isWatched
      ? [{ kind: source.kind === "secret" ? "Secret" : "ConfigMap", name: source.name }]
      : [];
  });
  if (mounts.length === 0) return NOT_APPLICABLE;
  for (const { kind, name } of mounts) {
    const object = findObject(subject, kind, name);
    if (object === null) return open("N", `${kind} ${name}`);
    if (object.value.immutable !== true) continue;
    return fails({
      severity: "error",
      at: fieldSource(object.document, [...pathSteps(object.at), "immutable"]),
      message: `${kind} ${name} never changes, and container ${subject.name} watches it.`,
      related: [{ source: subject.at("volumeMounts"), message: "Mounted here." }],
      evidence: name,
    });
  }
  return PASS;
}

function findObject(subject: ContainerSubject, kind: string, name: string): KubeObject | null {
  const { namespace } = subject.workload.workload;
  const all = subject.project.objects(kind);
  return all.find((one) => one.name === name && (one.namespace ?? "default") === namespace) ?? null;
}
