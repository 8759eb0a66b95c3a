import { nearest } from "#base/nearest.js";
import { UserError } from "#base/user-error.js";
import { pathSteps, pathText } from "#manifest/fields/field-path.js";
import { readStructTable } from "#manifest/fields/struct-table.js";
import { positionOf } from "#manifest/text/position-of.js";
import { placeText, type SourceDocument } from "#manifest/text/source-document.js";
import { type KubeObject, kubeObjects } from "#manifest/workload/kube-object.js";
import { type ObjectProblem, refusalText } from "#manifest/workload/object-problem.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import { rightVersion, workloadKind } from "#manifest/workload/workload-kind.js";
import { type ReadOptions, refuses } from "#manifest/workload/workload-reading.js";
import { type Container, isSidecar } from "#model/kube/pod.js";
import type { Workload } from "#model/kube/workload.js";
import type { LoadedManifests } from "./load-manifests.js";

export interface Chosen {
  readonly workload: Workload;
  /** For people: `deployment/api of shop.yaml:12:1`. */
  readonly where: string;
  /** Fields that are accepted and have no effect, each with its place. */
  readonly notes: readonly string[];
}

/** The one workload of what was read, or the one that is asked for (`deployment/api`, `api`). */
export function chooseWorkload(
  manifests: LoadedManifests,
  asked: string | null,
  options: ReadOptions,
): Chosen {
  const { objects, strangers } = kubeObjects(manifests.documents);
  const workloads = objects.filter((object) => workloadKind(object) !== null);
  const object = pick(workloads, asked, manifests, objects, strangers);
  const kind = workloadKind(object);
  if (kind === null) throw new Error("invariant broken: a workload without a kind");
  const reading = readWorkload(object, kind, options);
  const refused = reading.problems.filter((problem) => refuses(problem, options));
  const { workload } = reading;
  if (workload === null) throw refusal(object, refused);
  const notes = reading.problems.filter((problem) => !refuses(problem, options));
  return {
    workload,
    where: `${nameOf(object)} of ${placeOf(object)}`,
    notes: notes.map((note) => `${placeOf(object, note)}: ${pathText(note.path)}: ${note.text}`),
  };
}

function pick(
  workloads: readonly KubeObject[],
  asked: string | null,
  manifests: LoadedManifests,
  objects: readonly KubeObject[],
  strangers: readonly SourceDocument[],
): KubeObject {
  const fitting = asked === null ? workloads : workloads.filter((object) => answers(object, asked));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  // A broken document may be the one that was meant.
  const [broken] = manifests.problems;
  if (fitting.length === 0 && broken !== undefined) {
    throw new UserError({
      code: "bad-manifest",
      message: `${placeText(broken.place)}: ${broken.what}`,
      hint: "kubectl cannot read it either. Mend that line.",
    });
  }
  if (fitting.length === 0) throw none(workloads, asked, manifests, objects, strangers);
  throw several(fitting, asked);
}

/** `api`, `deployment/api`, `shop/deployment/api`. */
function answers(object: KubeObject, asked: string): boolean {
  const parts = asked.split("/");
  const name = parts.at(-1);
  const kind = parts.at(-2);
  const namespace = parts.at(-3);
  return (
    object.name === name &&
    (kind === undefined || object.kind.toLowerCase() === kind.toLowerCase()) &&
    (namespace === undefined || (object.namespace ?? "default") === namespace)
  );
}

function none(
  workloads: readonly KubeObject[],
  asked: string | null,
  manifests: LoadedManifests,
  objects: readonly KubeObject[],
  strangers: readonly SourceDocument[],
): UserError {
  if (asked !== null && workloads.length > 0) {
    const near = nearest(asked, [...workloads.map(nameOf), ...workloads.map(({ name }) => name)]);
    return new UserError({
      code: "unknown-workload",
      message: `there is no workload "${asked}" in ${manifests.named}`,
      hint: near === null ? `There: ${listed(workloads)}.` : `Did you mean --workload ${near}?`,
    });
  }
  const old = objects.find((object) => rightVersion(object) !== null);
  if (old !== undefined) {
    return new UserError({
      code: "no-workload",
      message: `${placeOf(old)}: no matches for kind "${old.kind}" in version "${old.apiVersion}"`,
      hint: `Kubernetes has it in ${rightVersion(old)}.`,
    });
  }
  const what = [
    ...(objects.length > 0 ? [`only ${listed(objects)}`] : []),
    ...(strangers.length > 0 ? [`${strangers.length} without apiVersion and kind`] : []),
  ];
  return new UserError({
    code: "no-workload",
    message: `there is no workload in ${manifests.named}${what.length === 0 ? ": it is empty" : `: ${what.join(", ")}`}`,
    hint: "A workload is a Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, a Rollout of Argo or a Service of Knative.",
  });
}

function several(workloads: readonly KubeObject[], asked: string | null): UserError {
  const names = workloads.map((object) => (asked === null ? nameOf(object) : fullName(object)));
  const shown = names.slice(0, SHOWN_MAX).map((name) => `  ${name}`);
  if (names.length > SHOWN_MAX) shown.push(`  … and ${names.length - SHOWN_MAX} more`);
  return new UserError({
    code: "several-workloads",
    message: [`there are ${workloads.length} workloads here:`, ...shown].join("\n"),
    hint: `Choose one with --workload, for example --workload ${names[0]}.`,
  });
}

const SHOWN_MAX = 20;

function listed(objects: readonly KubeObject[]): string {
  const names = objects.slice(0, 5).map(nameOf);
  return objects.length > 5
    ? `${names.join(", ")} and ${objects.length - 5} more`
    : names.join(", ");
}

const nameOf = ({ kind, name }: KubeObject): string => `${kind.toLowerCase()}/${name}`;

const fullName = (object: KubeObject): string =>
  `${object.namespace ?? "default"}/${nameOf(object)}`;

function placeOf(object: KubeObject, problem?: ObjectProblem): string {
  const steps = [
    ...pathSteps(object.at),
    ...(problem === undefined ? [] : pathSteps(problem.path)),
  ];
  const { start, key, found } = positionOf(object.document, steps);
  // What is missing is pointed at by what should hold it, what is too much by its own name.
  const place = problem?.kind === "unknown-field" || found < steps.length ? (key ?? start) : start;
  return placeText(place);
}

/** The API server's own words, and each mistake's place in the file. */
function refusal(object: KubeObject, problems: readonly ObjectProblem[]): UserError {
  const [first] = problems;
  if (first === undefined) throw new Error("invariant broken: a refusal without a problem");
  const places = problems.slice(0, SHOWN_MAX).map((one) => placeOf(object, one));
  const text = refusalText(object, problems);
  const [head = "", ...lines] = text.split("\n* ");
  const message =
    lines.length === 0
      ? `${places[0]}: ${text}`
      : [
          head.trimEnd(),
          ...lines.slice(0, SHOWN_MAX).map((line, i) => `  ${places[i]}: ${line}`),
        ].join("\n");
  return new UserError({
    code: "invalid-manifest",
    message,
    hint:
      first.kind === "unknown-field"
        ? unknownHint(problems)
        : "The API server would refuse it with the same words.",
  });
}

function unknownHint(problems: readonly ObjectProblem[]): string {
  const table = readStructTable();
  const known = new Set([...table.values()].flatMap((struct) => [...struct.keys()]));
  const hints = problems.flatMap(({ path }) => {
    const word = String(pathSteps(path).at(-1));
    const near = nearest(word, [...known]);
    return near === null ? [] : [`${word}: did you mean ${near}?`];
  });
  return [
    ...new Set(hints),
    "Fields of Kubernetes 1.36 are known; --unknown-fields note takes others without effect.",
  ].join("\n");
}

/** The container that is updated: the one named, the only one, or the only one with probes or ports. */
export function chooseContainer(workload: Workload, asked: string | null): Container {
  const { containers, initContainers } = workload.template.spec;
  const all = [...containers, ...initContainers.filter(isSidecar)];
  if (asked !== null) {
    const found = all.find(({ name }) => name === asked);
    if (found !== undefined) return found;
    const names = all.map(({ name }) => name);
    const near = nearest(asked, names);
    throw new UserError({
      code: "unknown-container",
      message: `${workload.kind.toLowerCase()}/${workload.name} has no container "${asked}"`,
      hint: near === null ? `It has ${names.join(", ")}.` : `Did you mean --container ${near}?`,
    });
  }
  const [only, ...others] = containers;
  if (only === undefined) throw new Error("invariant broken: a pod without a container");
  if (others.length === 0) return only;
  throw new UserError({
    code: "several-containers",
    message: `${workload.kind.toLowerCase()}/${workload.name} has ${containers.length} containers: ${containers.map(({ name }) => name).join(", ")}`,
    hint: `Say which one is updated: --container ${only.name}.`,
  });
}
