import { milliValue, unitValue } from "#manifest/fields/quantity.js";
import type {
  Container,
  EnvSource,
  EnvVar,
  Pod,
  PodSpec,
  ResourceAmounts,
  RestartPolicy,
  RestartPolicyRule,
  Volume,
  VolumeSource,
} from "#model/kube/pod.js";
import { type ContainerWithDefaults, items, type PodSpecWithDefaults } from "./defaults.js";
import type {
  Dictionary,
  Items,
  Maybe,
  RawContainer,
  RawEnv,
  RawMeta,
  RawResources,
  RawVolume,
} from "./raw-pod.js";
import { readLifecycle, readProbe } from "./read-probe.js";

/** A pod as the API server would store it. Only for what `validatePodSpec` has accepted. */
export function readPod(
  name: string,
  namespace: string,
  meta: Maybe<RawMeta>,
  spec: PodSpecWithDefaults,
): Pod {
  return {
    name,
    namespace,
    labels: dictionary(meta?.labels),
    annotations: dictionary(meta?.annotations),
    spec: readPodSpec(spec),
  };
}

function readPodSpec(spec: PodSpecWithDefaults): PodSpec {
  return {
    restartPolicy: spec.restartPolicy as RestartPolicy,
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    initContainers: spec.initContainers.map(readContainer),
    containers: spec.containers.map(readContainer),
    volumes: items(spec.volumes).map(readVolume),
    readinessGates: items(spec.readinessGates).map(({ conditionType }) => conditionType ?? ""),
    shareProcessNamespace: spec.shareProcessNamespace === true,
    hostNetwork: spec.hostNetwork === true,
  };
}

function readContainer(container: ContainerWithDefaults): Container {
  return {
    name: container.name ?? "",
    image: container.image ?? "",
    command: words(container.command),
    args: words(container.args),
    workingDir: text(container.workingDir),
    ports: container.ports.map((port) => ({
      name: text(port.name),
      containerPort: port.containerPort,
      protocol: port.protocol as "TCP" | "UDP" | "SCTP",
    })),
    env: items(container.env).map(readEnv),
    envFrom: readEnvFrom(container),
    resources: {
      limits: readAmounts(container.resources?.limits),
      requests: readAmounts(container.resources?.requests),
    },
    volumeMounts: items(container.volumeMounts).map((mount) => ({
      name: mount.name ?? "",
      mountPath: mount.mountPath ?? "",
      subPath: text(mount.subPath) ?? text(mount.subPathExpr),
      readOnly: mount.readOnly === true,
    })),
    livenessProbe: readProbe(container.livenessProbe),
    readinessProbe: readProbe(container.readinessProbe),
    startupProbe: readProbe(container.startupProbe),
    lifecycle: readLifecycle(container.lifecycle),
    restartPolicy: (container.restartPolicy ?? null) as RestartPolicy | null,
    restartPolicyRules: readRules(container),
  };
}

function readRules(container: RawContainer): RestartPolicyRule[] {
  return items(container.restartPolicyRules).map(({ action, exitCodes }) => ({
    action: action as RestartPolicyRule["action"],
    exitCodes: {
      operator: exitCodes?.operator as "In" | "NotIn",
      values: (exitCodes?.values ?? []).map((code) => code ?? 0),
    },
  }));
}

function readEnv(variable: RawEnv): EnvVar {
  const from = variable.valueFrom ?? null;
  return {
    name: variable.name ?? "",
    value: from === null ? (variable.value ?? "") : null,
    from: from === null ? null : readEnvSource(from),
  };
}

function readEnvSource(from: NonNullable<RawEnv["valueFrom"]>): EnvSource | null {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
  if (fieldRef) return { kind: "field", fieldPath: fieldRef.fieldPath ?? "" };
  if (resourceFieldRef) {
    const container = text(resourceFieldRef.containerName);
    return { kind: "resource", container, resource: resourceFieldRef.resource ?? "" };
  }
  if (configMapKeyRef) {
    return { kind: "configMap", name: configMapKeyRef.name ?? "", key: configMapKeyRef.key ?? "" };
  }
  if (secretKeyRef) {
    return { kind: "secret", name: secretKeyRef.name ?? "", key: secretKeyRef.key ?? "" };
  }
  return null;
}

function readEnvFrom(container: RawContainer): Container["envFrom"] {
  return items(container.envFrom).map(({ configMapRef, secretRef }) =>
    configMapRef
      ? { kind: "configMap", name: configMapRef.name ?? "" }
      : { kind: "secret", name: secretRef?.name ?? "" },
  );
}

function readAmounts(amounts: RawResources["limits"]): ResourceAmounts {
  const { cpu = null, memory = null } = amounts ?? {};
  return {
    cpuMillis: cpu === null ? null : milliValue(cpu),
    memoryBytes: memory === null ? null : unitValue(memory),
  };
}

function readVolume(volume: RawVolume): Volume {
  const [type = "emptyDir", value] =
    Object.entries(volume).find(([key, source]) => key !== "name" && source !== null) ?? [];
  const source = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { name: volume.name ?? "", source: readSource(type, source) };
}

function readSource(type: string, source: Readonly<Record<string, unknown>>): VolumeSource {
  const string = (field: string): string => {
    const value = source[field];
    return typeof value === "string" ? value : "";
  };
  switch (type) {
    case "emptyDir": {
      const size = source.sizeLimit as string | number | null | undefined;
      const sizeBytes = size === null || size === undefined ? null : unitValue(size);
      return { kind: type, medium: string("medium") === "Memory" ? "Memory" : "", sizeBytes };
    }
    case "configMap":
      return { kind: type, name: string("name"), optional: source.optional === true };
    case "secret":
      return { kind: type, name: string("secretName"), optional: source.optional === true };
    case "downwardAPI":
    case "projected":
      return { kind: type };
    case "persistentVolumeClaim":
      return { kind: type, claimName: string("claimName") };
    case "hostPath":
      return { kind: type, path: string("path") };
    default:
      return { kind: "other", type };
  }
}

function dictionary(values: Dictionary<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, value ?? ""]));
}

/** null and an empty list are the same to the API server. */
function words(list: Items<string>): readonly string[] | null {
  const given = (list ?? []).map((word) => word ?? "");
  return given.length === 0 ? null : given;
}

const text = (value: Maybe<string>): string | null =>
  value === null || value === undefined || value === "" ? null : value;
