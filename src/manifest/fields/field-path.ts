/** A field's name, an index of a list, or a key of a map. */
export type PathStep = string | number | { readonly key: string };

/** A place in an object, from the inside out: cheap to make for every value, written out only when something is wrong. */
export interface FieldPath {
  readonly parent: FieldPath | null;
  readonly step: PathStep;
}

export function inside(parent: FieldPath | null, first: PathStep, ...more: PathStep[]): FieldPath {
  return more.reduce<FieldPath>((path, step) => ({ parent: path, step }), { parent, step: first });
}

/** `spec.containers[0].resources.limits[memory]`, as Kubernetes writes it. */
export function pathText(path: FieldPath | null): string {
  return stepsOf(path)
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (typeof step === "object") return `[${step.key}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** For `positionOf`. */
export function pathSteps(path: FieldPath | null): (string | number)[] {
  return stepsOf(path).map((step) => (typeof step === "object" ? step.key : step));
}

function stepsOf(path: FieldPath | null): PathStep[] {
  const steps: PathStep[] = [];
  for (let at = path; at !== null; at = at.parent) steps.unshift(at.step);
  return steps;
}
