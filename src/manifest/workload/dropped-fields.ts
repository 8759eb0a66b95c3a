import { type FieldPath, inside } from "#manifest/fields/field-path.js";
import type { Items, Maybe, RawContainer, RawPodSpec } from "#manifest/kube/raw-pod.js";
import type { ObjectProblem } from "./object-problem.js";

/** What the API server takes and throws away without a word, because the feature behind it is off in this version. */
export function droppedFields(
  spec: Maybe<RawPodSpec>,
  minor: number,
  path: FieldPath,
): ObjectProblem[] {
  const of = (list: Items<RawContainer>, name: string): ObjectProblem[] =>
    (list ?? []).flatMap((container, index) =>
      dropped(container, minor, inside(path, name, index)),
    );
  return [...of(spec?.initContainers, "initContainers"), ...of(spec?.containers, "containers")];
}

function dropped(container: RawContainer | null, minor: number, path: FieldPath): ObjectProblem[] {
  const problems: ObjectProblem[] = [];
  const note = (feature: string, ...steps: string[]): void => {
    const [first = "", ...more] = steps;
    const text = `dropped by Kubernetes 1.${minor}: its feature ${feature} is off`;
    problems.push({ kind: "dropped", path: inside(path, first, ...more), text });
  };
  if (given(container?.lifecycle?.stopSignal))
    note("ContainerStopSignals", "lifecycle", "stopSignal");
  if (minor < 35 && given(container?.restartPolicyRules)) {
    note("ContainerRestartRules", "restartPolicyRules");
  }
  return problems;
}

const given = (value: unknown): boolean => value !== null && value !== undefined;
