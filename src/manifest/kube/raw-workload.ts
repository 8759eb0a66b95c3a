import type { Dictionary, Maybe, RawMeta, RawPodSpec, RawPodTemplate } from "./raw-pod.js";

interface Raw<Spec> {
  readonly apiVersion?: Maybe<string>;
  readonly kind?: Maybe<string>;
  readonly metadata?: Maybe<RawMeta>;
  readonly spec?: Maybe<Spec>;
}

export type RawPod = Raw<RawPodSpec>;
export type RawDeployment = Raw<RawDeploymentSpec>;
export type RawStatefulSet = Raw<RawStatefulSetSpec>;
export type RawDaemonSet = Raw<RawDaemonSetSpec>;
export type RawReplicaSet = Raw<RawReplicaSetSpec>;
export type RawJob = Raw<RawJobSpec>;
export type RawCronJob = Raw<{
  readonly schedule?: Maybe<string>;
  readonly jobTemplate?: Maybe<{ readonly spec?: Maybe<RawJobSpec> }>;
}>;

export interface RawSelector {
  readonly matchLabels?: Dictionary<string>;
  readonly matchExpressions?: Maybe<readonly (RawRequirement | null)[]>;
}

export interface RawRequirement {
  readonly key?: Maybe<string>;
  readonly operator?: Maybe<string>;
  readonly values?: Maybe<readonly (string | null)[]>;
}

export interface RawRollingUpdate {
  readonly maxSurge?: Maybe<number | string>;
  readonly maxUnavailable?: Maybe<number | string>;
  readonly partition?: Maybe<number>;
}

export interface RawStrategy {
  readonly type?: Maybe<string>;
  readonly rollingUpdate?: Maybe<RawRollingUpdate>;
}

export interface RawReplicaSetSpec {
  readonly replicas?: Maybe<number>;
  readonly minReadySeconds?: Maybe<number>;
  readonly selector?: Maybe<RawSelector>;
  readonly template?: Maybe<RawPodTemplate>;
}

export interface RawDeploymentSpec extends RawReplicaSetSpec {
  readonly strategy?: Maybe<RawStrategy>;
  readonly revisionHistoryLimit?: Maybe<number>;
  readonly progressDeadlineSeconds?: Maybe<number>;
}

export interface RawStatefulSetSpec extends RawReplicaSetSpec {
  readonly updateStrategy?: Maybe<RawStrategy>;
  readonly podManagementPolicy?: Maybe<string>;
  readonly volumeClaimTemplates?: Maybe<readonly (Raw<object> | null)[]>;
}

export interface RawDaemonSetSpec {
  readonly minReadySeconds?: Maybe<number>;
  readonly selector?: Maybe<RawSelector>;
  readonly template?: Maybe<RawPodTemplate>;
  readonly updateStrategy?: Maybe<RawStrategy>;
}

export interface RawJobSpec {
  readonly parallelism?: Maybe<number>;
  readonly completions?: Maybe<number>;
  readonly activeDeadlineSeconds?: Maybe<number>;
  readonly backoffLimit?: Maybe<number>;
  readonly selector?: Maybe<RawSelector>;
  readonly template?: Maybe<RawPodTemplate>;
}
