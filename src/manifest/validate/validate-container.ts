import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import {
  type ContainerWithDefaults,
  items,
  type PodSpecWithDefaults,
  type PortWithDefaults,
} from "#manifest/kube/defaults.js";
import type { RawContainer } from "#manifest/kube/raw-pod.js";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from "./field-error.js";
import { dnsLabelErrors, envNameErrors, portNameErrors, portNumberErrors } from "./names.js";
import { validateLifecycle, validateProbe } from "./validate-probe.js";
import { validateResources } from "./validate-resources.js";
import { validateInitRestartPolicy, validateRestartPolicyRules } from "./validate-restart-rules.js";
import { validateMounts } from "./validate-volumes.js";

interface Pod {
  readonly spec: PodSpecWithDefaults;
  readonly volumes: ReadonlySet<string>;
  /** Kubernetes 1.x. */
  readonly minor: number;
}

export function validateContainers(pod: Pod, path: FieldPath): FieldError[] {
  const { containers } = pod.spec;
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = inside(path, index);
    const name = container.name ?? "";
    errors.push(...validateCommon(container, pod, at));
    if (names.has(name)) errors.push(duplicate(inside(at, "name"), name));
    names.add(name);
    errors.push(...validateLife(container, pod, at));
    if (pod.minor >= 35) errors.push(...validateRestartPolicyRules(container, at));
    else if (isGiven(container.restartPolicy)) {
      errors.push(forbidden(inside(at, "restartPolicy"), "may not be set for non-init containers"));
    }
  }
  return [...errors, ...hostPortConflicts(containers, path)];
}

export function validateInitContainers(pod: Pod, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set(pod.spec.containers.map(({ name }) => name ?? ""));
  for (const [index, container] of pod.spec.initContainers.entries()) {
    const at = inside(path, index);
    const name = container.name ?? "";
    errors.push(...validateCommon(container, pod, at));
    errors.push(...validateInitRestartPolicy(container, pod.minor, at));
    if (names.has(name)) errors.push(duplicate(inside(at, "name"), name));
    else if (name !== "") names.add(name);
    errors.push(...hostPortConflicts([container], path));
    if (container.restartPolicy === "Always") errors.push(...validateLife(container, pod, at));
    else errors.push(...forbiddenInInit(container, at));
  }
  return errors;
}

const PROBES = [
  ["liveness", "livenessProbe"],
  ["readiness", "readinessProbe"],
  ["startup", "startupProbe"],
] as const;

function validateLife(container: ContainerWithDefaults, pod: Pod, path: FieldPath): FieldError[] {
  const grace = { seconds: pod.spec.terminationGracePeriodSeconds, zeroSleep: pod.minor >= 33 };
  return [
    ...validateLifecycle(container.lifecycle, grace, inside(path, "lifecycle")),
    ...PROBES.flatMap(([kind, field]) =>
      validateProbe(kind, container[field], grace, inside(path, field)),
    ),
  ];
}

function forbiddenInInit(container: ContainerWithDefaults, path: FieldPath): FieldError[] {
  const why = "may not be set for init containers without restartPolicy=Always";
  return (["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const)
    .filter((field) => container[field] !== null)
    .map((field) => forbidden(inside(path, field), why));
}

function validateCommon(container: ContainerWithDefaults, pod: Pod, path: FieldPath): FieldError[] {
  const name = container.name ?? "";
  const errors: FieldError[] =
    name === ""
      ? [required(inside(path, "name"))]
      : dnsLabelErrors(name).map((text) => invalid(inside(path, "name"), name, text));
  if ((container.image ?? "") === "") errors.push(required(inside(path, "image")));
  errors.push(...validatePorts(container.ports, inside(path, "ports")));
  errors.push(...validateEnv(container, inside(path, "env")));
  errors.push(...validateEnvFrom(container, inside(path, "envFrom")));
  errors.push(...validateMounts(container.volumeMounts, pod.volumes, inside(path, "volumeMounts")));
  errors.push(...validateResources(container.resources, inside(path, "resources")));
  return errors;
}

function validatePorts(ports: readonly PortWithDefaults[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = inside(path, index);
    const name = port.name ?? "";
    if (name !== "") {
      const texts = portNameErrors(name);
      errors.push(...texts.map((text) => invalid(inside(at, "name"), name, text)));
      if (texts.length === 0 && names.has(name)) errors.push(duplicate(inside(at, "name"), name));
      names.add(name);
    }
    if (port.containerPort === 0) errors.push(required(inside(at, "containerPort")));
    else errors.push(...portErrors(port.containerPort, inside(at, "containerPort")));
    if (port.hostPort !== 0) errors.push(...portErrors(port.hostPort, inside(at, "hostPort")));
    if (!PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(inside(at, "protocol"), port.protocol, PROTOCOLS));
    }
  }
  return errors;
}

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

const portErrors = (port: number, path: FieldPath): FieldError[] =>
  portNumberErrors(port).map((text) => invalid(path, port, text));

function hostPortConflicts(
  containers: readonly ContainerWithDefaults[],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [index, { ports }] of containers.entries()) {
    for (const [number, port] of ports.entries()) {
      if (port.hostPort === 0) continue;
      const key = `${port.protocol}/${port.hostIP ?? ""}/${port.hostPort}`;
      if (taken.has(key))
        errors.push(duplicate(inside(path, index, "ports", number, "hostPort"), key));
      taken.add(key);
    }
  }
  return errors;
}

function validateEnv(container: RawContainer, path: FieldPath): FieldError[] {
  return items(container.env).flatMap((variable, index) => {
    const at = inside(path, index);
    const name = variable.name ?? "";
    const errors =
      name === ""
        ? [required(inside(at, "name"))]
        : envNameErrors(name).map((text) => invalid(inside(at, "name"), name, text));
    if (!isGiven(variable.valueFrom)) return errors;
    const sources = Object.values(variable.valueFrom).filter(isGiven).length;
    const complain = (text: string): void => {
      errors.push(invalid(inside(at, "valueFrom"), "", text));
    };
    if (sources === 0) complain(ENV_SOURCES);
    else if ((variable.value ?? "") !== "")
      complain("may not be specified when `value` is not empty");
    else if (sources > 1) complain("may not have more than one field specified at a time");
    return errors;
  });
}

const ENV_SOURCES =
  "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";

function validateEnvFrom(container: RawContainer, path: FieldPath): FieldError[] {
  return items(container.envFrom).flatMap((source) => {
    const sources = [source.configMapRef, source.secretRef].filter(isGiven).length;
    if (sources === 1) return [];
    const text =
      sources === 0
        ? "must specify one of: `configMapRef` or `secretRef`"
        : "may not have more than one field specified at a time";
    return [invalid(path, "", text)];
  });
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
