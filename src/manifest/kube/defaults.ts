import type {
  Items,
  Maybe,
  RawContainer,
  RawHook,
  RawHttpGet,
  RawLifecycle,
  RawPodSpec,
  RawPort,
  RawProbe,
} from "./raw-pod.js";
import type {
  RawDaemonSetSpec,
  RawDeploymentSpec,
  RawJobSpec,
  RawReplicaSetSpec,
  RawStatefulSetSpec,
  RawStrategy,
} from "./raw-workload.js";

/**
 * What the API server fills in, all in one place. Source: pkg/apis/core/v1, apps/v1 and batch/v1, defaults.go. A zero stands
 * for "not given" wherever Go cannot tell the two apart.
 */
type With<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]-?: NonNullable<T[P]> };

export type PodSpecWithDefaults = Omit<
  With<RawPodSpec, "restartPolicy" | "terminationGracePeriodSeconds">,
  "containers" | "initContainers"
> & {
  readonly containers: readonly ContainerWithDefaults[];
  readonly initContainers: readonly ContainerWithDefaults[];
};

export type ContainerWithDefaults = Omit<
  RawContainer,
  "ports" | "livenessProbe" | "readinessProbe" | "startupProbe" | "lifecycle"
> & {
  readonly ports: readonly PortWithDefaults[];
  readonly livenessProbe: ProbeWithDefaults | null;
  readonly readinessProbe: ProbeWithDefaults | null;
  readonly startupProbe: ProbeWithDefaults | null;
  readonly lifecycle: LifecycleWithDefaults | null;
};

export type PortWithDefaults = With<RawPort, "containerPort" | "hostPort" | "protocol">;
export type HttpGetWithDefaults = With<RawHttpGet, "path" | "scheme" | "port">;
type WithHttpGet<T> = Omit<T, "httpGet"> & { readonly httpGet: HttpGetWithDefaults | null };
export type HookWithDefaults = WithHttpGet<RawHook>;
export type ProbeWithDefaults = WithHttpGet<
  With<
    RawProbe,
    | "initialDelaySeconds"
    | "timeoutSeconds"
    | "periodSeconds"
    | "successThreshold"
    | "failureThreshold"
  >
>;
export interface LifecycleWithDefaults {
  readonly postStart: HookWithDefaults | null;
  readonly preStop: HookWithDefaults | null;
}

/** Null items of lists are empty structs. */
export function items<T extends object>(list: Items<T>): readonly T[] {
  return (list ?? []).map((item) => item ?? ({} as T));
}

/** Of a template; `podWithDefaults` adds what is filled in for pods alone. */
export function podSpecWithDefaults(spec: Maybe<RawPodSpec>): PodSpecWithDefaults {
  const grace = spec?.terminationGracePeriodSeconds ?? 30;
  return {
    ...spec,
    restartPolicy: text(spec?.restartPolicy, "Always"),
    // The API server does not refuse a negative one: it stores 1.
    terminationGracePeriodSeconds: grace < 0 ? 1 : grace,
    containers: items(spec?.containers).map(containerWithDefaults),
    initContainers: items(spec?.initContainers).map(containerWithDefaults),
  };
}

/** Of a pod: limits are requests where no request is given. The pods that a template makes get this too. */
export function podWithDefaults(spec: Maybe<RawPodSpec>): PodSpecWithDefaults {
  const template = podSpecWithDefaults(spec);
  const withRequests = (container: ContainerWithDefaults): ContainerWithDefaults => {
    const { limits, requests } = container.resources ?? {};
    if (limits === null || limits === undefined) return container;
    return { ...container, resources: { limits, requests: { ...limits, ...requests } } };
  };
  return {
    ...template,
    containers: template.containers.map(withRequests),
    initContainers: template.initContainers.map(withRequests),
  };
}

function containerWithDefaults(container: RawContainer): ContainerWithDefaults {
  return {
    ...container,
    ports: items(container.ports).map((port) => ({
      ...port,
      containerPort: port.containerPort ?? 0,
      hostPort: port.hostPort ?? 0,
      protocol: text(port.protocol, "TCP"),
    })),
    livenessProbe: probeWithDefaults(container.livenessProbe),
    readinessProbe: probeWithDefaults(container.readinessProbe),
    startupProbe: probeWithDefaults(container.startupProbe),
    lifecycle: lifecycleWithDefaults(container.lifecycle),
  };
}

function probeWithDefaults(probe: Maybe<RawProbe>): ProbeWithDefaults | null {
  if (probe === null || probe === undefined) return null;
  return {
    ...probe,
    httpGet: httpGetWithDefaults(probe.httpGet),
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    timeoutSeconds: count(probe.timeoutSeconds, 1),
    periodSeconds: count(probe.periodSeconds, 10),
    successThreshold: count(probe.successThreshold, 1),
    failureThreshold: count(probe.failureThreshold, 3),
  };
}

function httpGetWithDefaults(get: Maybe<RawHttpGet>): HttpGetWithDefaults | null {
  if (get === null || get === undefined) return null;
  return {
    ...get,
    path: text(get.path, "/"),
    scheme: text(get.scheme, "HTTP"),
    port: get.port ?? 0,
  };
}

function lifecycleWithDefaults(lifecycle: Maybe<RawLifecycle>): LifecycleWithDefaults | null {
  if (lifecycle === null || lifecycle === undefined) return null;
  const hook = (one: Maybe<RawHook>): HookWithDefaults | null =>
    one === null || one === undefined
      ? null
      : { ...one, httpGet: httpGetWithDefaults(one.httpGet) };
  return {
    postStart: hook(lifecycle.postStart),
    preStop: hook(lifecycle.preStop),
  };
}

export interface StrategyWithDefaults {
  readonly type: string;
  /** null: not given, and none filled in. */
  readonly rollingUpdate: {
    readonly maxSurge: number | string;
    readonly maxUnavailable: number | string;
    readonly partition: number;
  } | null;
}

export function deploymentDefaults(spec: Maybe<RawDeploymentSpec>) {
  return {
    ...replicaSetDefaults(spec),
    progressDeadlineSeconds: spec?.progressDeadlineSeconds ?? 600,
    revisionHistoryLimit: spec?.revisionHistoryLimit ?? 10,
    strategy: strategyDefaults(spec?.strategy, { maxSurge: "25%", maxUnavailable: "25%" }),
  };
}

export function replicaSetDefaults(spec: Maybe<RawReplicaSetSpec>) {
  return { replicas: spec?.replicas ?? 1, minReadySeconds: spec?.minReadySeconds ?? 0 };
}

export function statefulSetDefaults(spec: Maybe<RawStatefulSetSpec>) {
  return {
    ...replicaSetDefaults(spec),
    podManagementPolicy: text(spec?.podManagementPolicy, "OrderedReady"),
    strategy: strategyDefaults(spec?.updateStrategy, { maxSurge: 0, maxUnavailable: 1 }),
  };
}

export function daemonSetDefaults(spec: Maybe<RawDaemonSetSpec>) {
  return {
    minReadySeconds: spec?.minReadySeconds ?? 0,
    strategy: strategyDefaults(spec?.updateStrategy, { maxSurge: 0, maxUnavailable: 1 }),
  };
}

/** Completions and parallelism are 1 each when neither is given. */
export function jobDefaults(spec: Maybe<RawJobSpec>) {
  return { parallelism: spec?.parallelism ?? 1, backoffLimit: spec?.backoffLimit ?? 6 };
}

function strategyDefaults(
  strategy: Maybe<RawStrategy>,
  fallback: { readonly maxSurge: number | string; readonly maxUnavailable: number | string },
): StrategyWithDefaults {
  const type = text(strategy?.type, "RollingUpdate");
  const given = strategy?.rollingUpdate ?? null;
  if (type !== "RollingUpdate" && given === null) return { type, rollingUpdate: null };
  return {
    type,
    rollingUpdate: {
      maxSurge: given?.maxSurge ?? fallback.maxSurge,
      maxUnavailable: given?.maxUnavailable ?? fallback.maxUnavailable,
      partition: given?.partition ?? 0,
    },
  };
}

const text = (value: Maybe<string>, fallback: string): string =>
  value === null || value === undefined || value === "" ? fallback : value;

const count = (value: Maybe<number>, fallback: number): number =>
  value === null || value === undefined || value === 0 ? fallback : value;
