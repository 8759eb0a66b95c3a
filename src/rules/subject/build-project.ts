import { pathText } from "#manifest/fields/field-path.js";
import type { StructTable } from "#manifest/fields/struct-table.js";
import type { InputProblem } from "#manifest/input-problem.js";
import type { SourceDocument } from "#manifest/text/source-document.js";
import { readTimingAnnotations } from "#manifest/timings/read-timings.js";
import { configTable } from "#manifest/tools/config-table.js";
import { readToolWords } from "#manifest/tools/read-tool.js";
import { type KubeObject, kubeObjects } from "#manifest/workload/kube-object.js";
import type { ObjectProblem } from "#manifest/workload/object-problem.js";
import { readWorkload } from "#manifest/workload/read-workload.js";
import { workloadKind } from "#manifest/workload/workload-kind.js";
import { type ReadOptions, refuses } from "#manifest/workload/workload-reading.js";
import type { Workload } from "#model/kube/workload.js";
import type { KnownTiming } from "#model/timing.js";
import { fieldsOf } from "./fields.js";
import type { Project, ReloadConfig } from "./project.js";
import { type WorkloadSubject, workloadSubject } from "./workload-subject.js";

/** What there is to judge: a project whose documents have yet to be read. */
export interface ProjectInput
  extends Omit<Project, "workloads" | "others" | "objects" | "objectsIn" | "reloadConfigs"> {
  readonly documents: readonly SourceDocument[];
  /** Configuration files of reload tools, each with the tool that reads it. */
  readonly reloadConfigs: readonly Omit<ReloadConfig, "table">[];
  readonly table: StructTable;
}

export interface BuiltProject {
  readonly project: Project;
  /** Objects that the API server would refuse, in whole or in part. */
  readonly refused: readonly {
    readonly object: KubeObject;
    readonly problems: readonly ObjectProblem[];
  }[];
  readonly problems: readonly InputProblem[];
  /** Documents that are no objects of Kubernetes. */
  readonly strangers: readonly SourceDocument[];
}

/** The newest Kubernetes whose rules are known here. */
const NEWEST_MINOR = 36;

export function buildProject(input: ProjectInput): BuiltProject {
  const { objects, strangers } = kubeObjects(input.documents);
  const refused: { object: KubeObject; problems: readonly ObjectProblem[] }[] = [];
  const problems: InputProblem[] = [];
  const workloads: WorkloadSubject[] = [];
  const others: KubeObject[] = [];
  const byKind = new Map<string, KubeObject[]>();
  const byPlace = new Map<string, KubeObject[]>();
  const project: Project = {
    parameters: input.parameters,
    workloads,
    others,
    timings: input.timings,
    measuredCores: input.measuredCores,
    reloadConfigs: input.reloadConfigs.map((one) => ({
      ...one,
      table: configTable(one.file, one.text),
    })),
    dockerfiles: input.dockerfiles,
    goMods: input.goMods,
    goSums: input.goSums,
    dockerIgnores: input.dockerIgnores,
    goSources: input.goSources,
    goVendors: input.goVendors,
    scripts: input.scripts,
    binaries: input.binaries,
    images: input.images,
    hotpodYaml: input.hotpodYaml,
    ties: input.ties,
    readers: input.readers,
    ruleIds: input.ruleIds,
    objects: (kind) => byKind.get(kind) ?? [],
    objectsIn: (kind, namespace) => byPlace.get(placeKey(kind, namespace)) ?? [],
  };
  for (const { table, ...config } of project.reloadConfigs) {
    if (table === null && /\.(toml|json)$/.test(config.file)) {
      problems.push(unreadableConfig(config));
    }
  }
  for (const object of objects) {
    const kind = workloadKind(object);
    // A Rollout may take its template from a Deployment, which is judged itself.
    const borrows = kind === "Rollout" && fieldsOf(object.value.spec).workloadRef !== undefined;
    if (kind === null || borrows) {
      others.push(object);
      add(byKind, object.kind, object);
      add(byPlace, placeKey(object.kind, object.namespace ?? "default"), object);
      continue;
    }
    const options = readOptions(project, input.table);
    const read = readWorkload(object, kind, options);
    const wrong = read.problems.filter((problem) => refuses(problem, options));
    if (wrong.length > 0) refused.push({ object, problems: wrong });
    if (read.workload === null) continue;
    const own = readTimingAnnotations(read.workload.template.annotations);
    problems.push(...own.problems);
    const timings = joinedTimings(input.timings, own.timings);
    workloads.push(workloadSubject(project, object, read.workload, timings));
  }
  for (const { file, problem } of input.dockerfiles) {
    if (problem === null) continue;
    const hint = "A Dockerfile begins with FROM; the other files are judged.";
    problems.push({ where: `${file}:${problem.line}:1`, what: problem.what, hint });
  }
  return { project, refused, problems, strangers };
}

/** In the words of the tool's own reader, which knows the place. */
function unreadableConfig({ program, file, text }: Omit<ReloadConfig, "table">): InputProblem {
  const read = readToolWords([program], { file, text }, file);
  const [problem] = read.ok ? read.value.problems : [read.error];
  return problem ?? { where: file, what: "it is no table", hint: `${program} refuses it as well.` };
}

const placeKey = (kind: string, namespace: string): string => `${kind} ${namespace}`;

function add(map: Map<string, KubeObject[]>, key: string, object: KubeObject): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [object]);
  else same.push(object);
}

/** Flags and files win over annotations. */
function joinedTimings(
  given: readonly KnownTiming[],
  annotated: readonly KnownTiming[],
): readonly KnownTiming[] {
  const keys = new Set(given.map(({ key }) => key));
  return [...given, ...annotated.filter(({ key }) => !keys.has(key))];
}

function readOptions({ parameters }: Project, table: StructTable): ReadOptions {
  const minor = parameters.minor ?? NEWEST_MINOR;
  return { minor, table, unknownFields: "note", initProbes: "keep" };
}

/** The same workload with its document's value changed, beside everything else of its project. null: it is refused then. */
export function changedWorkload(
  { project, object, workload }: WorkloadSubject,
  value: unknown,
  table: StructTable,
): WorkloadSubject | null {
  const document = { ...object.document, value };
  const place = pathText(object.at);
  const changed = kubeObjects([document]).objects.find(({ at }) => pathText(at) === place);
  const kind = changed === undefined ? null : workloadKind(changed);
  if (changed === undefined || kind === null) return null;
  const read = readWorkload(changed, kind, readOptions(project, table));
  if (read.workload === null || read.problems.some((one) => one.kind === "invalid")) return null;
  const own = readTimingAnnotations(read.workload.template.annotations);
  const timings = joinedTimings(project.timings, own.timings);
  // What it was is not beside what it becomes.
  const workloads = [...project.workloads];
  const at = workloads.findIndex((one) => isSame(one.workload, workload));
  const after = workloadSubject({ ...project, workloads }, changed, read.workload, timings);
  if (at >= 0) workloads[at] = after;
  return after;
}

export function isSame(a: Workload, b: Workload): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
