import { UserError } from "#base/user-error.js";
import { hotpodReading } from "#cli/hotpod-of-container.js";
import { unreadable } from "#cli/simulate/load-manifests.js";
import { kubectlGet } from "#edge/cluster/kubectl-get.js";
import { findInput, type InputLimits } from "#edge/input-files.js";
import { wallTime } from "#edge/wall-clock.js";
import { readDockerfile } from "#manifest/dockerfile/read-dockerfile.js";
import { pathSteps } from "#manifest/fields/field-path.js";
import { readStructTable, type StructTable } from "#manifest/fields/struct-table.js";
import type { InputProblem } from "#manifest/input-problem.js";
import { positionOf } from "#manifest/text/position-of.js";
import { FILE_CHARACTERS_MAX, readDocuments } from "#manifest/text/read-documents.js";
import {
  placeText,
  type SourceDocument,
  type TextProblem,
} from "#manifest/text/source-document.js";
import { joined, readTimingFile, readTimingText } from "#manifest/timings/read-timings.js";
import { RULES } from "#rules/catalogue.js";
import { type BuiltProject, buildProject } from "#rules/subject/build-project.js";
import { CHECK_DEFAULTS } from "#rules/subject/check-parameters.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { ConfigText } from "#rules/subject/project.js";
import { type Artifacts, NO_ARTIFACTS } from "./artifacts.js";
import type { InputOptions } from "./check-options.js";
import { type CheckSection, readCheckSection } from "./check-section.js";
import { type InputKind, inputKind } from "./input-kind.js";

export interface LoadedProject extends BuiltProject {
  readonly section: CheckSection;
  /** Texts of every file that was read, by its name: what fixes change and reports show. */
  readonly texts: ReadonlyMap<string, string>;
  readonly unread: readonly TextProblem[];
  readonly table: StructTable;
}

/** A file with its text, and what it is. */
export interface InputFile {
  readonly kind: InputKind;
  readonly file: string;
  readonly text: string;
  /** It is what a cluster answered. */
  readonly ofCluster?: true;
}

const LIMITS: InputLimits = {
  bytesMax: FILE_CHARACTERS_MAX,
  filesMax: 50_000,
  endings: [
    ".yaml",
    ".yml",
    ".json",
    ".air.toml",
    "air.toml",
    "runner.conf",
    "reflex.conf",
    "Dockerfile",
    "Containerfile",
    "go.mod",
    "go.sum",
    ".dockerignore",
  ],
};

/** Reads everything that was named. What cannot be read is a problem of its own, and the rest is judged. */
export function loadProject(
  options: InputOptions,
  artifacts: Artifacts = NO_ARTIFACTS,
): LoadedProject {
  const loaded = projectOf(options, readInputs(options), artifacts);
  const { workloads, others, dockerfiles, reloadConfigs, scripts, binaries } = loaded.project;
  const judged = [workloads, others, dockerfiles, reloadConfigs, scripts, binaries];
  const something = judged.some((one) => one.length > 0);
  // A path that is mistyped must not look like one where all is well.
  if (something || loaded.unread.length > 0 || loaded.problems.length > 0) return loaded;
  const files = loaded.texts.size === 1 ? "1 file" : `${loaded.texts.size} files`;
  throw new UserError({
    code: "nothing-to-check",
    message: `${options.paths.join(", ")}: there is nothing to judge in ${files}`,
    hint: "Name manifests, a Dockerfile, or a reload tool's configuration; a folder is searched for .yaml, .yml and .json.",
  });
}

/** How texts become documents. Who reads the same again and again may remember, or leave out what does not matter to him. */
export interface TextReaders {
  readonly documents: typeof readDocuments;
  readonly dockerfile: typeof readDockerfile;
}

const TEXT_READERS: TextReaders = { documents: readDocuments, dockerfile: readDockerfile };

export function projectOf(
  options: InputOptions,
  files: readonly InputFile[],
  artifacts: Artifacts = NO_ARTIFACTS,
  readers: TextReaders = TEXT_READERS,
): LoadedProject {
  const of = (kind: InputKind): InputFile[] => files.filter((one) => one.kind === kind);
  const read = of("manifest").map(({ file, text }) => readers.documents(text, file));
  const unread = read.flatMap(({ problems }) => problems);
  const template = unread.find(({ kind }) => kind === "template");
  if (template !== undefined) throw templateError(template);
  const [settings = null] = of("settings");
  const hotpodYaml: SourceDocument | null =
    settings === null ? null : (readDocuments(settings.text, settings.file).documents[0] ?? null);
  const section = readCheckSection(hotpodYaml);
  const flags = options.timing.map(readTimingFlag);
  const timingFiles = of("timings").map(({ file, text }) => readTimingFile(text, file));
  const timings = joined([...flags, ...timingFiles, { timings: section.timings, problems: [] }]);
  const table = readStructTable();
  const built = buildProject({
    documents: read.flatMap(({ documents }) => documents),
    timings: timings.timings,
    measuredCores: measuredCores(of("timings")),
    reloadConfigs: of("reload").map(({ file, text }) => ({
      file,
      text,
      program: programOfConfig(file),
    })),
    dockerfiles: of("dockerfile").map(({ file, text }) => readers.dockerfile(text, file)),
    goMods: of("gomod"),
    goSums: of("gosum"),
    dockerIgnores: of("dockerignore"),
    goSources: of("gosource"),
    goVendors: of("govendor"),
    scripts: of("script"),
    ...artifacts,
    hotpodYaml,
    ties: section.ties,
    parameters: { ...CHECK_DEFAULTS, today: today(), ...section.parameters, ...options.parameters },
    ruleIds: new Set(RULES.map(({ id }) => id)),
    readers: {
      hotpod: (container) => hotpodReading(container, settings),
      reloadConfig: (use) => reloadConfig(of("reload"), options, use),
    },
    table,
  });
  return {
    ...built,
    problems: [
      ...timings.problems,
      ...section.problems,
      ...built.problems,
      ...built.refused.flatMap(refusal),
    ],
    section,
    texts: new Map(files.map(({ file, text }) => [file, text])),
    unread,
    table,
  };
}

/** An object that the API server would not take, in its words. */
function refusal({ object, problems }: BuiltProject["refused"][number]): InputProblem[] {
  return problems.map(({ path, text }) => {
    const { start } = positionOf(object.document, pathSteps(path));
    return {
      where: placeText(start),
      what: `the API server refuses ${object.kind} ${object.name}: ${text}`,
      hint: "Correct the field; what can be read of the rest is judged.",
    };
  });
}

/** A file that is named twice counts once, as what it is named first. */
export function readInputs(options: InputOptions): InputFile[] {
  const all: InputFile[] = [
    ...(options.context === null ? [] : [clusterFile(options.context, options.namespace)]),
    ...options.timings.flatMap((path) => readPath(path, "timings")),
    ...(options.settings === null ? [] : readPath(options.settings, "settings")),
    ...options.reloadConfigs.flatMap((path) => readPath(path, "reload")),
    ...options.dockerfiles.flatMap((path) => readPath(path, "dockerfile")),
    ...options.sources.flatMap(readSource),
    ...options.scripts.flatMap((path) => readPath(path, "script", SCRIPT_LIMITS)),
    ...options.paths.flatMap((path) => readPath(path, null)),
  ];
  return [...new Map([...all].reverse().map((one) => [one.file, one])).values()].reverse();
}

const CLUSTER_KINDS =
  "deployments.apps statefulsets.apps daemonsets.apps jobs.batch cronjobs.batch services configmaps persistentvolumeclaims ingresses.networking.k8s.io networkpolicies.networking.k8s.io poddisruptionbudgets.policy horizontalpodautoscalers.autoscaling storageclasses.storage.k8s.io".split(
    " ",
  );

/** What a cluster holds, as if it were a file. Secrets are not asked for. */
function clusterFile(context: string, namespace: string | null): InputFile {
  const found = kubectlGet({ context, namespace, kinds: CLUSTER_KINDS });
  const file = `cluster ${context}`.trim();
  if (found.ok) return { kind: "manifest", file, text: found.value, ofCluster: true };
  throw new UserError({
    code: "no-cluster",
    message:
      found.error.kind === "no-kubectl"
        ? "kubectl is not found, and a cluster is asked through it"
        : `kubectl: ${found.error.words}`,
    hint: "Try the same by hand: kubectl get deployments --all-namespaces",
  });
}

const SOURCE_LIMITS: InputLimits = { ...LIMITS, endings: [".go", "go.mod", "go.sum"] };
const SCRIPT_LIMITS: InputLimits = {
  ...LIMITS,
  endings: [".sh", ".bash", ".mk", "Makefile", ".yml", ".yaml", "Jenkinsfile", "Justfile"],
};

/** A folder with a Go module. Tests, and what others wrote, say nothing of the program; a vendor folder says that it is there. */
function readSource(folder: string): InputFile[] {
  const files = readPath(folder, null, SOURCE_LIMITS).filter(
    ({ file }) => !/(_test\.go$|\/testdata\/)/.test(file),
  );
  const vendor = `${folder.replace(/\/+$/, "")}/vendor/modules.txt`;
  return findInput(vendor, LIMITS).ok ? [...files, ...readPath(vendor, "govendor")] : files;
}

function readPath(path: string, kind: InputKind | null, limits: InputLimits = LIMITS): InputFile[] {
  const found = findInput(path, limits);
  if (!found.ok) throw unreadable(path, found.error.code);
  const { value } = found;
  if (value.kind === "folder") return value.files.flatMap((file) => readPath(file, kind, limits));
  return [{ kind: kind ?? inputKind(path), file: value.path, text: value.text }];
}

const today = (): string => wallTime().iso.slice(0, 10);

function measuredCores(files: readonly InputFile[]): number | null {
  const found = files.flatMap(({ file, text }) => {
    const { cores } = fieldsOf(readDocuments(text, file).documents[0]?.value);
    return typeof cores === "number" && cores > 0 ? [cores] : [];
  });
  return found[0] ?? null;
}

function readTimingFlag(text: string) {
  const equals = text.indexOf("=");
  const [key, value] = [text.slice(0, Math.max(equals, 0)), text.slice(equals + 1)];
  const read = readTimingText(key, value, `--timing ${text}`, "--timing");
  const [problem] = read.problems;
  if (equals < 1 || problem !== undefined) {
    throw new UserError({
      code: "bad-timing",
      message: `--timing ${text}: ${problem?.what ?? "there is no ="}`,
      hint: problem?.hint ?? "Write --timing coldStart=18, in seconds.",
    });
  }
  return read;
}

/** By the name its command line gives it; the only one there is, where the user says that all belongs together. */
function reloadConfig(
  files: readonly InputFile[],
  options: InputOptions,
  { program, configFile }: { readonly program: string; readonly configFile: string | null },
): ConfigText | null {
  const fitting = files.filter(({ file }) => programOfConfig(file) === program);
  const byName = fitting.find(
    ({ file }) => configFile !== null && baseName(file) === baseName(configFile),
  );
  if (byName !== undefined) return byName;
  const [only, ...others] = fitting;
  const single = options.parameters.assumeSingle === true || options.reloadConfigs.length > 0;
  return single && others.length === 0 ? (only ?? null) : null;
}

function programOfConfig(file: string): string {
  const name = baseName(file);
  if (name.endsWith(".toml")) return "air";
  if (name.startsWith("nodemon")) return "nodemon";
  return name.startsWith("runner") ? "fresh" : "reflex";
}

function templateError({ place, what }: TextProblem): UserError {
  return new UserError({
    code: "template-input",
    message: `${placeText(place)}: ${what}`,
    hint: "Render it first: helm template . | hotpod check - …",
  });
}

const baseName = (path: string): string => path.split("/").at(-1) ?? path;
