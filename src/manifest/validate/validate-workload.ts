import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import {
  daemonSetDefaults,
  deploymentDefaults,
  jobDefaults,
  podSpecWithDefaults,
  podWithDefaults,
  replicaSetDefaults,
  statefulSetDefaults,
} from "#manifest/kube/defaults.js";
import type { Maybe, RawMeta, RawPodSpec, RawPodTemplate } from "#manifest/kube/raw-pod.js";
import type {
  RawCronJob,
  RawDaemonSet,
  RawDeployment,
  RawJob,
  RawJobSpec,
  RawPod,
  RawReplicaSet,
  RawStatefulSet,
} from "#manifest/kube/raw-workload.js";
import {
  type FieldError,
  forbidden,
  invalid,
  nonNegative,
  notSupported,
  required,
} from "./field-error.js";
import { dnsLabelErrors, dnsSubdomainErrors } from "./names.js";
import { validatePodSpec } from "./validate-pod-spec.js";
import { validateSelector } from "./validate-selector.js";
import {
  validateDaemonSetStrategy,
  validateDeploymentStrategy,
  validateStatefulSetStrategy,
} from "./validate-strategy.js";

const SPEC: FieldPath = { parent: null, step: "spec" };
const META: FieldPath = { parent: null, step: "metadata" };

/** Each returns everything the API server would refuse, in its order. `minor`: Kubernetes 1.x. */
export function validatePod(pod: RawPod, minor: number): FieldError[] {
  return [...metaErrors(pod.metadata), ...validatePodSpec(podWithDefaults(pod.spec), minor, SPEC)];
}

export function validateDeployment({ metadata, spec }: RawDeployment, minor: number): FieldError[] {
  const { replicas, minReadySeconds, progressDeadlineSeconds, revisionHistoryLimit, strategy } =
    deploymentDefaults(spec);
  const deadline = inside(SPEC, "progressDeadlineSeconds");
  const errors = [
    ...metaErrors(metadata),
    ...nonNegative(inside(SPEC, "replicas"), replicas),
    ...validateSelector(spec?.selector, spec?.template, "deployment", SPEC),
    ...templateErrors(spec?.template, minor, "ReplicaSet"),
    ...validateDeploymentStrategy(strategy, inside(SPEC, "strategy")),
    ...nonNegative(inside(SPEC, "minReadySeconds"), minReadySeconds),
    ...nonNegative(inside(SPEC, "revisionHistoryLimit"), revisionHistoryLimit),
    ...nonNegative(deadline, progressDeadlineSeconds),
  ];
  if (progressDeadlineSeconds <= minReadySeconds) {
    const why = "must be greater than minReadySeconds";
    errors.push(invalid(deadline, progressDeadlineSeconds, why));
  }
  return errors;
}

export function validateReplicaSet({ metadata, spec }: RawReplicaSet, minor: number): FieldError[] {
  const { replicas, minReadySeconds } = replicaSetDefaults(spec);
  return [
    ...metaErrors(metadata),
    ...nonNegative(inside(SPEC, "replicas"), replicas),
    ...nonNegative(inside(SPEC, "minReadySeconds"), minReadySeconds),
    ...validateSelector(spec?.selector, spec?.template, "deployment", SPEC),
    ...templateErrors(spec?.template, minor, "ReplicaSet"),
  ];
}

export function validateStatefulSet(
  { metadata, spec }: RawStatefulSet,
  minor: number,
): FieldError[] {
  const { replicas, minReadySeconds, podManagementPolicy, strategy } = statefulSetDefaults(spec);
  const policy = inside(SPEC, "podManagementPolicy");
  const known = ["OrderedReady", "Parallel"].includes(podManagementPolicy);
  return [
    ...metaErrors(metadata, dnsLabelErrors),
    ...(known
      ? []
      : [invalid(policy, podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")]),
    ...validateStatefulSetStrategy(strategy, inside(SPEC, "updateStrategy")),
    ...nonNegative(inside(SPEC, "replicas"), replicas),
    ...nonNegative(inside(SPEC, "minReadySeconds"), minReadySeconds),
    ...validateSelector(spec?.selector, spec?.template, "statefulset", SPEC),
    ...templateErrors(withClaims(spec), minor, "StatefulSet"),
  ];
}

export function validateDaemonSet({ metadata, spec }: RawDaemonSet, minor: number): FieldError[] {
  const { minReadySeconds, strategy } = daemonSetDefaults(spec);
  return [
    ...metaErrors(metadata),
    ...validateSelector(spec?.selector, spec?.template, "daemonset", SPEC),
    ...templateErrors(spec?.template, minor, "DaemonSet"),
    ...nonNegative(inside(SPEC, "minReadySeconds"), minReadySeconds),
    ...validateDaemonSetStrategy(strategy, inside(SPEC, "updateStrategy")),
  ];
}

export function validateJob({ metadata, spec }: RawJob, minor: number): FieldError[] {
  return [...metaErrors(metadata), ...jobErrors(spec, minor, SPEC)];
}

export function validateCronJob({ metadata, spec }: RawCronJob, minor: number): FieldError[] {
  const schedule = inside(SPEC, "schedule");
  return [
    ...metaErrors(metadata),
    ...((spec?.schedule ?? "") === "" ? [required(schedule)] : []),
    ...jobErrors(spec?.jobTemplate?.spec, minor, inside(SPEC, "jobTemplate", "spec")),
  ];
}

function jobErrors(spec: Maybe<RawJobSpec>, minor: number, path: FieldPath): FieldError[] {
  const { parallelism, backoffLimit } = jobDefaults(spec);
  const policy = inside(path, "template", "spec", "restartPolicy");
  const given = podSpecWithDefaults(spec?.template?.spec).restartPolicy;
  const errors = [
    ...nonNegative(inside(path, "parallelism"), parallelism),
    ...nonNegative(inside(path, "completions"), spec?.completions ?? 1),
    ...nonNegative(inside(path, "activeDeadlineSeconds"), spec?.activeDeadlineSeconds ?? 0),
    ...nonNegative(inside(path, "backoffLimit"), backoffLimit),
    ...podErrors(spec?.template?.spec, minor, inside(path, "template", "spec")),
  ];
  if (given === "Always") errors.push(required(policy, 'valid values: "OnFailure", "Never"'));
  else if (given !== "OnFailure" && given !== "Never") {
    errors.push(notSupported(policy, given, ["OnFailure", "Never"]));
  }
  return errors;
}

/** Controllers that keep pods running take no other restart policy, and no deadline. */
function templateErrors(
  template: Maybe<RawPodTemplate>,
  minor: number,
  keeper: "ReplicaSet" | "StatefulSet" | "DaemonSet",
): FieldError[] {
  const path = inside(SPEC, "template", "spec");
  const errors = podErrors(template?.spec, minor, path);
  const { restartPolicy } = podSpecWithDefaults(template?.spec);
  if (restartPolicy !== "Always") {
    errors.push(notSupported(inside(path, "restartPolicy"), restartPolicy, ["Always"]));
  }
  if ((template?.spec?.activeDeadlineSeconds ?? null) !== null) {
    const why = `activeDeadlineSeconds in ${keeper} is not Supported`;
    errors.push(forbidden(inside(path, "activeDeadlineSeconds"), why));
  }
  return errors;
}

function podErrors(spec: Maybe<RawPodSpec>, minor: number, path: FieldPath): FieldError[] {
  return validatePodSpec(podSpecWithDefaults(spec), minor, path);
}

/** Claims of a StatefulSet are volumes of its pods. */
function withClaims(spec: RawStatefulSet["spec"]): Maybe<RawPodTemplate> {
  const claims = (spec?.volumeClaimTemplates ?? []).map((claim) => claim?.metadata?.name ?? "");
  if (claims.length === 0) return spec?.template;
  const others = (spec?.template?.spec?.volumes ?? []).filter(
    (volume) => !claims.includes(volume?.name ?? ""),
  );
  const volumes = [
    ...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...others,
  ];
  return { ...spec?.template, spec: { ...spec?.template?.spec, volumes } };
}

function metaErrors(
  meta: Maybe<RawMeta>,
  nameErrors: (name: string) => string[] = dnsSubdomainErrors,
): FieldError[] {
  const name = meta?.name ?? "";
  const at = inside(META, "name");
  if (name !== "") return nameErrors(name).map((text) => invalid(at, name, text));
  if ((meta?.generateName ?? "") !== "") return [];
  return [required(at, "name or generateName is required")];
}
