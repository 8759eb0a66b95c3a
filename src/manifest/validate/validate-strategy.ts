import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import type { StrategyWithDefaults } from "#manifest/kube/defaults.js";
import {
  type FieldError,
  forbidden,
  invalid,
  nonNegative,
  notSupported,
  required,
} from "./field-error.js";

export function validateDeploymentStrategy(
  strategy: StrategyWithDefaults,
  path: FieldPath,
): FieldError[] {
  const { type, rollingUpdate } = strategy;
  const at = inside(path, "rollingUpdate");
  if (type === "Recreate") {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === null ? [] : [forbidden(at, why)];
  }
  if (type !== "RollingUpdate") {
    return [notSupported(path, goForm(strategy), ["Recreate", "RollingUpdate"])];
  }
  if (rollingUpdate === null) return [];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const unavailable = inside(at, "maxUnavailable");
  const errors = [
    ...shareErrors(maxUnavailable, unavailable),
    ...shareErrors(maxSurge, inside(at, "maxSurge")),
  ];
  if (size(maxUnavailable) === 0 && size(maxSurge) === 0) {
    errors.push(invalid(unavailable, maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  }
  return [...errors, ...moreThanAll(maxUnavailable, unavailable)];
}

export function validateDaemonSetStrategy(
  strategy: StrategyWithDefaults,
  path: FieldPath,
): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate") {
    return [notSupported(path, goForm(strategy), ["RollingUpdate", "OnDelete"])];
  }
  if (rollingUpdate === null) return [];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const surge = inside(path, "rollingUpdate", "maxSurge");
  const unavailable = inside(path, "rollingUpdate", "maxUnavailable");
  const errors = [
    ...shareErrors(maxUnavailable, unavailable),
    ...shareErrors(maxSurge, surge),
    ...moreThanAll(maxUnavailable, unavailable),
    ...moreThanAll(maxSurge, surge),
  ];
  if (size(maxUnavailable) !== 0 && size(maxSurge) !== 0) {
    errors.push(invalid(surge, maxSurge, "may not be set when maxUnavailable is non-zero"));
  } else if (size(maxUnavailable) === 0 && size(maxSurge) === 0) {
    errors.push(required(unavailable, "cannot be 0 when maxSurge is 0"));
  }
  return errors;
}

export function validateStatefulSetStrategy(
  strategy: StrategyWithDefaults,
  path: FieldPath,
): FieldError[] {
  const { type, rollingUpdate } = strategy;
  const at = inside(path, "rollingUpdate");
  if (type === "OnDelete") {
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate === null ? [] : [invalid(at, partitionOnly(rollingUpdate), why)];
  }
  if (type !== "RollingUpdate") {
    return [invalid(path, goForm(strategy), "must be 'RollingUpdate' or 'OnDelete'")];
  }
  if (rollingUpdate === null) return [];
  return nonNegative(inside(at, "partition"), rollingUpdate.partition);
}

type Share = number | string;

type RollingUpdate = NonNullable<StrategyWithDefaults["rollingUpdate"]>;

/** Go marshals its internal form, whose fields have other names. */
function goForm({ type, rollingUpdate }: StrategyWithDefaults): object {
  if (rollingUpdate === null) return { Type: type, RollingUpdate: null };
  const { maxUnavailable, maxSurge } = rollingUpdate;
  return { Type: type, RollingUpdate: { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } };
}

/** `maxUnavailable` of a StatefulSet is behind a feature gate that is off, so it is dropped. */
const partitionOnly = ({ partition }: RollingUpdate): object => ({
  Partition: partition,
  MaxUnavailable: null,
});

function shareErrors(share: Share, path: FieldPath): FieldError[] {
  if (typeof share === "number") return nonNegative(path, share);
  if (/^[0-9]+%$/.test(share)) return [];
  return [
    invalid(
      path,
      share,
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ),
  ];
}

function moreThanAll(share: Share, path: FieldPath): FieldError[] {
  if (typeof share === "number" || size(share) <= 100) return [];
  return /^[0-9]+%$/.test(share) ? [invalid(path, share, "must not be greater than 100%")] : [];
}

/** As Go's Atoi: what is no number counts as 0. */
function size(share: Share): number {
  if (typeof share === "number") return share;
  return /^[0-9]+%?$/.test(share) ? Number.parseInt(share, 10) : 0;
}
