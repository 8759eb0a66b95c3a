import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const replicasShareHotBinary: Rule = {
  id: "HP512",
  name: "replicas-share-hot-binary",
  severity: "error",
  reason: "A",
  inputs: "W,(R|H),N?",
  exports: "KVR@",
  fix: "suggest",
  title: "Several pods execute and replace one binary on a shared volume.",
  why: 'One pod\'s build changes the file under all the others, without a swap of theirs. Across NFS clients not even "text file busy" protects it.',
  when: "The hot file lies on a PersistentVolumeClaim or hostPath that several pods mount: more than one replica, or a DaemonSet with hostPath.",
  remedy: "An emptyDir for each pod; or names of their own for the generations, with one writer.",
  fires: "a ReadWriteMany claim at /app with 3 replicas.",
  quiet:
    "volumeClaimTemplates, one claim a pod; shared source with a build folder of each pod's own.",
  judge: { of: "container", judge: judgeVolume },
};

function judgeVolume(subject: ContainerSubject): Outcome {
  const [file] = subject.hotPaths.files;
  if (!subject.isHot || file === undefined) return NOT_APPLICABLE;
  const mounted = mountOf(subject, file.path);
  const kind = mounted?.volume?.source.kind;
  if (mounted === null || (kind !== "persistentVolumeClaim" && kind !== "hostPath"))
    return NOT_APPLICABLE;
  const { workload, replicas } = subject.workload;
  const several = replicas > 1 || workload.kind === "DaemonSet";
  // Pods of a DaemonSet are on nodes of their own: they share a claim, and a node's path only with others' pods.
  if (!several || (workload.kind === "DaemonSet" && kind === "hostPath")) return PASS;
  return fails({
    severity: "error",
    at: subject.at("volumeMounts", mounted.index),
    message: `${workload.kind === "DaemonSet" ? "Every pod" : `Each of ${replicas} pods`} builds into ${file.path} on one volume, under the feet of the others.`,
    related: [{ source: file.source, message: "A reload writes it." }],
  });
}
