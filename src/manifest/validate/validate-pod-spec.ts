import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import type { PodSpecWithDefaults } from "#manifest/kube/defaults.js";
import { type FieldError, invalid, notSupported } from "./field-error.js";
import { validateContainers, validateInitContainers } from "./validate-container.js";
import { validateVolumes } from "./validate-volumes.js";

/**
 * What decides how a pod lives, checked as the API server does, in its order. Scheduling, security and names of other
 * objects are left to it. Source: pkg/apis/core/validation.
 */
export function validatePodSpec(
  spec: PodSpecWithDefaults,
  minor: number,
  path: FieldPath,
): FieldError[] {
  const { errors, names } = validateVolumes(spec.volumes, inside(path, "volumes"));
  const pod = { spec, volumes: names, minor };
  errors.push(...validateContainers(pod, inside(path, "containers")));
  errors.push(...validateInitContainers(pod, inside(path, "initContainers")));
  if (spec.hostNetwork === true)
    errors.push(...hostNetworkErrors(spec, inside(path, "containers")));
  if (!POLICIES.includes(spec.restartPolicy)) {
    errors.push(notSupported(inside(path, "restartPolicy"), spec.restartPolicy, POLICIES));
  }
  const deadline = spec.activeDeadlineSeconds ?? null;
  if (deadline !== null && deadline < 1) {
    const at = inside(path, "activeDeadlineSeconds");
    errors.push(invalid(at, deadline, "must be between 1 and 2147483647, inclusive"));
  }
  return errors;
}

const POLICIES = ["Always", "OnFailure", "Never"];

function hostNetworkErrors(spec: PodSpecWithDefaults, path: FieldPath): FieldError[] {
  return spec.containers.flatMap(({ ports }, index) =>
    ports.flatMap((port, number) => {
      if (port.hostPort === 0 || port.hostPort === port.containerPort) return [];
      const at = inside(path, index, "ports", number, "hostPort");
      return [invalid(at, port.hostPort, "must match `containerPort` when `hostNetwork` is true")];
    }),
  );
}
