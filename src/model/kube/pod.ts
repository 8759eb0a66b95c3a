/**
 * What hotpod knows of a Kubernetes pod: the fields that decide how it lives, with the API server's defaults applied.
 * Field names are Kubernetes' own, and so are their units: names that end in `Seconds` hold whole seconds.
 * Source: k8s.io/api/core/v1.
 */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export type RestartPolicy = "Always" | "OnFailure" | "Never";

export interface PodSpec {
  readonly restartPolicy: RestartPolicy;
  readonly terminationGracePeriodSeconds: number;
  /** Run to completion in order, except those with `restartPolicy: "Always"`: sidecars, which stay. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** Condition types that must be True besides the containers' readiness. */
  readonly readinessGates: readonly string[];
  readonly shareProcessNamespace: boolean;
  readonly hostNetwork: boolean;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  /** null: the image's ENTRYPOINT. */
  readonly command: readonly string[] | null;
  /** null: the image's CMD, unless `command` is given. */
  readonly args: readonly string[] | null;
  readonly workingDir: string | null;
  readonly ports: readonly ContainerPort[];
  readonly env: readonly EnvVar[];
  /** ConfigMaps and Secrets whose keys become variables. */
  readonly envFrom: readonly { readonly kind: "configMap" | "secret"; readonly name: string }[];
  readonly resources: Resources;
  readonly volumeMounts: readonly VolumeMount[];
  readonly livenessProbe: Probe | null;
  readonly readinessProbe: Probe | null;
  readonly startupProbe: Probe | null;
  readonly lifecycle: Lifecycle;
  /** Of this container alone; null: the pod's. `Always` on an init container makes it a sidecar. */
  readonly restartPolicy: RestartPolicy | null;
  readonly restartPolicyRules: readonly RestartPolicyRule[];
}

export interface RestartPolicyRule {
  readonly action: "Restart" | "RestartAllContainers";
  readonly exitCodes: { readonly operator: "In" | "NotIn"; readonly values: readonly number[] };
}

export interface ContainerPort {
  readonly name: string | null;
  readonly containerPort: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
}

/** `value` is null where the value comes from elsewhere (`valueFrom`). */
export interface EnvVar {
  readonly name: string;
  readonly value: string | null;
  readonly from: EnvSource | null;
}

export type EnvSource =
  | { readonly kind: "field"; readonly fieldPath: string }
  | { readonly kind: "resource"; readonly container: string | null; readonly resource: string }
  | { readonly kind: "configMap" | "secret"; readonly name: string; readonly key: string };

/** null: not set. */
export interface Resources {
  readonly limits: ResourceAmounts;
  readonly requests: ResourceAmounts;
}

export interface ResourceAmounts {
  readonly cpuMillis: number | null;
  readonly memoryBytes: number | null;
}

export interface Volume {
  readonly name: string;
  readonly source: VolumeSource;
}

export type VolumeSource =
  | { readonly kind: "emptyDir"; readonly medium: "" | "Memory"; readonly sizeBytes: number | null }
  | { readonly kind: "configMap" | "secret"; readonly name: string; readonly optional: boolean }
  | { readonly kind: "downwardAPI" | "projected" }
  | { readonly kind: "persistentVolumeClaim"; readonly claimName: string }
  | { readonly kind: "hostPath"; readonly path: string }
  /** Any other source, by its field's name. */
  | { readonly kind: "other"; readonly type: string };

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath: string | null;
  readonly readOnly: boolean;
}

export interface Probe {
  readonly handler: ProbeHandler;
  readonly initialDelaySeconds: number;
  readonly timeoutSeconds: number;
  readonly periodSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** Of kills that this probe causes; null: the pod's. Never on a readiness probe. */
  readonly terminationGracePeriodSeconds: number | null;
}

export type ProbeKind = "liveness" | "readiness" | "startup";

/** A number, or the name of one of the container's ports. */
export type Port = number | string;

export type ProbeHandler =
  | { readonly kind: "exec"; readonly command: readonly string[] }
  | HttpGet
  | TcpSocket
  | { readonly kind: "grpc"; readonly port: number; readonly service: string };

export interface HttpGet {
  readonly kind: "httpGet";
  readonly scheme: "HTTP" | "HTTPS";
  /** null: the pod's address. */
  readonly host: string | null;
  readonly port: Port;
  readonly path: string;
  readonly httpHeaders: readonly { readonly name: string; readonly value: string }[];
}

export interface TcpSocket {
  readonly kind: "tcpSocket";
  readonly host: string | null;
  readonly port: Port;
}

export interface Lifecycle {
  readonly postStart: HookHandler | null;
  readonly preStop: HookHandler | null;
  /** null: the image's STOPSIGNAL, else SIGTERM. */
  readonly stopSignal: string | null;
}

export type HookHandler =
  | { readonly kind: "exec"; readonly command: readonly string[] }
  | HttpGet
  | TcpSocket
  | { readonly kind: "sleep"; readonly seconds: number };

/** A sidecar: an init container that stays (`restartPolicy: Always`). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}
