import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import { canonicalQuantity, milliValue } from "#manifest/fields/quantity.js";
import type { Maybe, RawResources } from "#manifest/kube/raw-pod.js";
import { type FieldError, invalid, required } from "./field-error.js";

export function validateResources(resources: Maybe<RawResources>, path: FieldPath): FieldError[] {
  const limits = amountsOf(resources?.limits);
  const requests = amountsOf(resources?.requests);
  const errors: FieldError[] = [];
  for (const [name, amount] of limits) {
    errors.push(...validateAmount(name, amount, inside(path, "limits", { key: name })));
  }
  for (const [name, amount] of requests) {
    errors.push(...validateAmount(name, amount, inside(path, "requests", { key: name })));
    const limit = limits.get(name);
    if (limit === undefined) {
      if (!mayOvercommit(name)) {
        const why = "Limit must be set for non overcommitable resources";
        errors.push(required(inside(path, "limits"), why));
      }
      continue;
    }
    const [asked, most] = [milliValue(amount) ?? 0, milliValue(limit) ?? 0];
    const at = inside(path, "requests");
    const written = canonicalQuantity(limit);
    if (asked !== most && !mayOvercommit(name)) {
      errors.push(
        invalid(at, canonicalQuantity(amount), `must be equal to ${name} limit of ${written}`),
      );
    } else if (asked > most) {
      const why = `must be less than or equal to ${name} limit of ${written}`;
      errors.push(invalid(at, canonicalQuantity(amount), why));
    }
  }
  return errors;
}

type Amounts = ReadonlyMap<string, string | number>;

/** A null amount is a zero. */
function amountsOf(amounts: RawResources["limits"]): Amounts {
  return new Map(Object.entries(amounts ?? {}).map(([name, amount]) => [name, amount ?? 0]));
}

const STANDARD = ["cpu", "memory", "ephemeral-storage"];

function validateAmount(name: string, amount: string | number, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!name.includes("/") && !STANDARD.includes(name) && !name.startsWith("hugepages-")) {
    errors.push(
      invalid(path, name, "must be a standard resource type or fully qualified"),
      invalid(path, name, "must be a standard resource for containers"),
    );
  }
  if ((milliValue(amount) ?? 0) < 0) {
    errors.push(invalid(path, canonicalQuantity(amount), "must be greater than or equal to 0"));
  }
  return errors;
}

const mayOvercommit = (name: string): boolean =>
  !name.startsWith("hugepages-") && (!name.includes("/") || name.includes("kubernetes.io/"));
