import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import type { LifecycleWithDefaults, ProbeWithDefaults } from "#manifest/kube/defaults.js";
import type { ProbeKind } from "#model/kube/pod.js";
import { type FieldError, invalid, nonNegative } from "./field-error.js";
import { type Grace, validateHandler } from "./validate-handler.js";

export function validateProbe(
  kind: ProbeKind,
  probe: ProbeWithDefaults | null,
  grace: Grace,
  path: FieldPath,
): FieldError[] {
  if (probe === null) return [];
  const errors = validateHandler(probe, grace, path);
  for (const field of COUNTS) errors.push(...nonNegative(inside(path, field), probe[field]));
  const own = probe.terminationGracePeriodSeconds ?? null;
  const gracePath = inside(path, "terminationGracePeriodSeconds");
  if (own !== null && own <= 0) errors.push(invalid(gracePath, own, "must be greater than 0"));
  if (kind === "readiness") {
    if (own !== null) {
      errors.push(invalid(gracePath, own, "must not be set for readinessProbes"));
    }
  } else if (probe.successThreshold !== 1) {
    errors.push(invalid(inside(path, "successThreshold"), probe.successThreshold, "must be 1"));
  }
  return errors;
}

const COUNTS = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

export function validateLifecycle(
  lifecycle: LifecycleWithDefaults | null,
  grace: Grace,
  path: FieldPath,
): FieldError[] {
  return (["postStart", "preStop"] as const).flatMap((hook) => {
    const handler = lifecycle?.[hook] ?? null;
    return handler === null ? [] : validateHandler(handler, grace, inside(path, hook));
  });
}
