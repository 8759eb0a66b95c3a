import { decodeObject } from "#manifest/fields/decode-object.js";
import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import {
  daemonSetDefaults,
  deploymentDefaults,
  jobDefaults,
  podWithDefaults,
  replicaSetDefaults,
  statefulSetDefaults,
} from "#manifest/kube/defaults.js";
import type { Maybe, RawPodTemplate } from "#manifest/kube/raw-pod.js";
import type {
  RawCronJob,
  RawDaemonSet,
  RawDeployment,
  RawJob,
  RawPod,
  RawReplicaSet,
  RawStatefulSet,
} from "#manifest/kube/raw-workload.js";
import { readPod } from "#manifest/kube/read-pod.js";
import type { FieldError } from "#manifest/validate/field-error.js";
import {
  validateCronJob,
  validateDaemonSet,
  validateDeployment,
  validateJob,
  validatePod,
  validateReplicaSet,
  validateStatefulSet,
} from "#manifest/validate/validate-workload.js";
import type { Rollout, Workload, WorkloadKind } from "#model/kube/workload.js";
import { droppedFields } from "./dropped-fields.js";
import type { KubeObject } from "./kube-object.js";
import type { ObjectProblem } from "./object-problem.js";
import { readForeign } from "./read-foreign.js";
import { rolloutOf } from "./rollout-of.js";
import { type ReadOptions, refuses, type WorkloadReading } from "./workload-reading.js";

/** Decodes, fills in, checks and reduces a workload, in the API server's order. */
export function readWorkload(
  object: KubeObject,
  kind: WorkloadKind,
  options: ReadOptions,
): WorkloadReading {
  if (kind === "Rollout" || kind === "KnativeService") return readForeign(object, kind, options);
  const decoded: ObjectProblem[] = decodeObject(object.value, kind, options.table);
  if (decoded.some((problem) => problem.kind === "type")) {
    return { workload: null, problems: decoded };
  }
  const { errors, template, path, workload } = READERS[kind](object, options.minor);
  const problems: ObjectProblem[] = [
    ...decoded,
    ...errors.map((error) => ({ kind: "invalid" as const, ...error })),
    ...droppedFields(template?.spec, options.minor, inside(path, "spec")),
  ];
  const refused = problems.some((problem) => refuses(problem, options));
  return { workload: refused ? null : workload(), problems };
}

interface Reading {
  readonly errors: readonly FieldError[];
  readonly template: Maybe<RawPodTemplate>;
  readonly path: FieldPath | null;
  workload(): Workload;
}

type Reader = (object: KubeObject, minor: number) => Reading;

const TEMPLATE: FieldPath = inside(null, "spec", "template");
const JOB_TEMPLATE: FieldPath = inside(null, "spec", "jobTemplate", "spec", "template");

const READERS: Readonly<Record<Exclude<WorkloadKind, "Rollout" | "KnativeService">, Reader>> = {
  Pod: (object, minor) => {
    const pod = object.value as RawPod;
    return reading(object, validatePod(pod, minor), pod, 1, null, null);
  },
  Deployment: (object, minor) => {
    const value = object.value as RawDeployment;
    const { replicas, ...rest } = deploymentDefaults(value.spec);
    const errors = validateDeployment(value, minor);
    return reading(object, errors, value.spec?.template, replicas, rolloutOf(rest));
  },
  ReplicaSet: (object, minor) => {
    const value = object.value as RawReplicaSet;
    const { replicas, minReadySeconds } = replicaSetDefaults(value.spec);
    // A ReplicaSet changes nothing by itself when its template changes.
    const rollout = rolloutOf({
      minReadySeconds,
      strategy: { type: "OnDelete", rollingUpdate: null },
    });
    const errors = validateReplicaSet(value, minor);
    return reading(object, errors, value.spec?.template, replicas, rollout);
  },
  StatefulSet: (object, minor) => {
    const value = object.value as RawStatefulSet;
    const { replicas, ...rest } = statefulSetDefaults(value.spec);
    const errors = validateStatefulSet(value, minor);
    return reading(object, errors, value.spec?.template, replicas, rolloutOf(rest));
  },
  DaemonSet: (object, minor) => {
    const value = object.value as RawDaemonSet;
    const rollout = rolloutOf(daemonSetDefaults(value.spec));
    return reading(object, validateDaemonSet(value, minor), value.spec?.template, 1, rollout);
  },
  Job: (object, minor) => {
    const value = object.value as RawJob;
    const { parallelism } = jobDefaults(value.spec);
    return reading(object, validateJob(value, minor), value.spec?.template, parallelism, null);
  },
  CronJob: (object, minor) => {
    const value = object.value as RawCronJob;
    const job = value.spec?.jobTemplate?.spec;
    const { parallelism } = jobDefaults(job);
    const errors = validateCronJob(value, minor);
    return reading(object, errors, job?.template, parallelism, null, JOB_TEMPLATE);
  },
};

function reading(
  object: KubeObject,
  errors: readonly FieldError[],
  template: Maybe<RawPodTemplate>,
  replicas: number,
  rollout: Rollout | null,
  path: FieldPath | null = TEMPLATE,
): Reading {
  const { name, kind } = object;
  const namespace = object.namespace ?? "default";
  return {
    errors,
    template,
    path,
    workload: () => ({
      kind: kind as WorkloadKind,
      name,
      namespace,
      template: readPod(name, namespace, template?.metadata, podWithDefaults(template?.spec)),
      replicas,
      rollout,
    }),
  };
}
