import { NO_ARTIFACTS } from "#cli/check/artifacts.js";
import { type InputFile, projectOf, type TextReaders } from "#cli/check/load-project.js";
import { readDockerfile } from "#manifest/dockerfile/read-dockerfile.js";
import { type ReadDocuments, readDocuments } from "#manifest/text/read-documents.js";
import type { SourceDocument } from "#manifest/text/source-document.js";
import { kubeObjects } from "#manifest/workload/kube-object.js";
import { workloadKind } from "#manifest/workload/workload-kind.js";
import { nameOf } from "#rules/score/fleet/plan-fleet.js";
import type { ChangeContext } from "#rules/score/steps/change-state.js";
import type { Project } from "#rules/subject/project.js";
import { selects } from "#rules/subject/selects.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";

/** Of the last changes that were tried out: the steps of one service ask for the same again. */
const KNOWN_MAX = 64;

/**
 * Reads a project again with other texts of some files. What did not change is remembered as it was read, and of the other workloads
 * only those are built that the one in question may be told from, or a fleet of hundreds would be built anew for every step.
 */
export function rebuilder(
  options: Parameters<typeof projectOf>[0],
  files: readonly InputFile[],
): ChangeContext["rebuilt"] {
  const known = new Map<string, Project>();
  const documents = remembered(readDocuments);
  const dockerfile = remembered(readDockerfile);
  return (texts, workload) => {
    const sorted = [...texts].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([nameOf(workload), workload.object.document.file, sorted]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const kept = neighboursOf(workload);
    const readers: TextReaders = {
      dockerfile,
      documents: (text, file) => without(documents(text, file), kept),
    };
    const changed = files.map((one) => ({ ...one, text: texts.get(one.file) ?? one.text }));
    const { project } = projectOf(options, changed, NO_ARTIFACTS, readers);
    const [oldest] = known.keys();
    if (known.size >= KNOWN_MAX && oldest !== undefined) known.delete(oldest);
    known.set(key, project);
    return project;
  };
}

/** Of each file the last text, and what came of it. */
function remembered<T>(read: (text: string, file: string) => T): (text: string, file: string) => T {
  const last = new Map<string, { readonly text: string; readonly value: T }>();
  return (text, file) => {
    const before = last.get(file);
    if (before?.text === text) return before.value;
    const value = read(text, file);
    // The text that most ask for is the one that was read first.
    if (before === undefined) last.set(file, { text, value });
    return value;
  };
}

/** Names of workloads that matter to one: itself, who shares its Services, and another one, for alone it would be judged differently. */
function neighboursOf(workload: WorkloadSubject): ReadonlySet<string> {
  const { project, services } = workload;
  const others = project.workloads.filter((one) => nameOf(one) !== nameOf(workload));
  const sharing = others.filter((one) =>
    services.some((service) => selects(service, one.workload)),
  );
  return new Set([workload, ...sharing, ...others.slice(0, 1)].map(nameOf));
}

function without(read: ReadDocuments, kept: ReadonlySet<string>): ReadDocuments {
  return { ...read, documents: read.documents.filter((one) => matters(one, kept)) };
}

/** A document that holds several objects is kept whole. */
function matters(document: SourceDocument, kept: ReadonlySet<string>): boolean {
  const [object, ...others] = kubeObjects([document]).objects;
  const kind = object === undefined ? null : workloadKind(object);
  if (object === undefined || others.length > 0 || kind === null) return true;
  return kept.has(`${object.namespace ?? "default"}/${kind}/${object.name}`);
}
