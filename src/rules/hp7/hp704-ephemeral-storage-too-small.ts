import { unitValue } from "#manifest/fields/quantity.js";
import { safeFix, setInContainer } from "#rules/fix/set-field.js";
import { mebibytes } from "#rules/pod/memory-need.js";
import { mountOf } from "#rules/pod/mounts.js";
import { writePaths } from "#rules/pod/write-paths.js";
import {
  type Figure,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  openTiming,
  PASS,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsAt } from "#rules/subject/fields.js";
import { bytesText, timingFigure } from "#rules/subject/figure.js";

export const ephemeralStorageTooSmall: Rule = {
  id: "HP704",
  name: "ephemeral-storage-too-small",
  severity: "warning",
  reason: "a",
  inputs: "W,T",
  exports: "KVR@",
  fix: "safe",
  title: "Caches and generations exceed the ephemeral-storage limit.",
  why: "The writable layer, logs and disk emptyDirs count. Above the limit the pod is evicted.",
  when: "The Go cache and the builds that lie on no claim of their own, and a fifth, are above the container's ephemeral-storage limit.",
  remedy: "Raise the limit; the request can stay.",
  fires: "a Go cache of 1.4 GB under a limit of 1 Gi.",
  quiet: "GOCACHE on a PersistentVolumeClaim.",
  peers: "kube-score container-ephemeral-storage-request-and-limit, for its presence",
  judge: { of: "container", judge: judgeStorage },
};

const ROOM = 1.2;
const STEP_MEBIBYTES = 64;

function judgeStorage(subject: ContainerSubject): Outcome {
  const limits = fieldsAt(subject.raw, ["resources", "limits"]);
  const given = limits["ephemeral-storage"];
  if (!subject.isHot || (typeof given !== "string" && typeof given !== "number"))
    return NOT_APPLICABLE;
  const limit = unitValue(given);
  if (limit === null) return NOT_APPLICABLE;
  const local = writePaths(subject).paths.filter(
    ({ folder }) => mountOf(subject, folder)?.volume?.source.kind !== "persistentVolumeClaim",
  );
  const figures: Figure[] = [];
  let sum = 0;
  const keys = [
    ...(local.some(({ what }) => what === "GOCACHE") ? ["gocache"] : []),
    ...(local.some(({ what }) => what === "hotpod's store" || what === "the build's output")
      ? ["artifact"]
      : []),
  ];
  if (keys.length === 0) return PASS;
  for (const key of keys) {
    const timing = subject.timing(key);
    if (timing === null) return openTiming(key);
    const times = key === "artifact" ? 2 + (subject.settings?.store.keep ?? 0) : 1;
    sum += times * timing.value;
    figures.push(timingFigure(timing, "bytes"));
  }
  const need = ROOM * sum;
  if (need <= limit) return PASS;
  const wanted = mebibytes(need, STEP_MEBIBYTES);
  return fails({
    severity: "warning",
    at: subject.at("resources", "limits", "ephemeral-storage"),
    message: `Builds and caches need about ${bytesText(need)} of the node's disk, and above ${bytesText(limit)} the pod is evicted.`,
    figures,
    fix: safeFix(
      `ephemeral-storage limit ${wanted}`,
      setInContainer(subject, ["resources", "limits", "ephemeral-storage"], wanted),
    ),
  });
}
