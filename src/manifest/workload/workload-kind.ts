import type { WorkloadKind } from "#model/kube/workload.js";
import type { KubeObject } from "./kube-object.js";

const KINDS: Readonly<Record<string, WorkloadKind>> = {
  "v1 Pod": "Pod",
  "apps/v1 Deployment": "Deployment",
  "apps/v1 StatefulSet": "StatefulSet",
  "apps/v1 DaemonSet": "DaemonSet",
  "apps/v1 ReplicaSet": "ReplicaSet",
  "batch/v1 Job": "Job",
  "batch/v1 CronJob": "CronJob",
  "argoproj.io/v1alpha1 Rollout": "Rollout",
  "serving.knative.dev/v1 Service": "KnativeService",
};

/** null: it makes no pods, or is of a version that no API server knows any more. */
export function workloadKind({ apiVersion, kind }: KubeObject): WorkloadKind | null {
  const key = `${apiVersion} ${kind}`;
  return Object.hasOwn(KINDS, key) ? (KINDS[key] ?? null) : null;
}

/** A workload by its kind, under an API version that does not have it: the version that does. */
export function rightVersion({ apiVersion, kind }: KubeObject): string | null {
  const found = Object.keys(KINDS).find((key) => key.endsWith(` ${kind}`));
  const version = found?.split(" ")[0] ?? null;
  if (version === null || version === apiVersion) return null;
  // A Service of v1 is no mistake for one of Knative.
  const group = (text: string): string => text.split("/").slice(0, -1).join("/");
  const old = ["extensions", "apps", "batch", ""].includes(group(apiVersion));
  return kind === "Service" || (!old && group(apiVersion) !== group(version)) ? null : version;
}
