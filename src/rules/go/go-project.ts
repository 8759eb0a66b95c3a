import { folderOf } from "#rules/image/go-mod.js";
import type { ConfigText, Project } from "#rules/subject/project.js";
import type { WorkloadSubject } from "#rules/subject/workload-subject.js";
import { type GoFile, goFile } from "./go-file.js";

/** A Go module whose sources are given. */
export interface GoModule {
  readonly mod: ConfigText;
  /** `example.com/shop` */
  readonly path: string;
  readonly programs: readonly GoProgram[];
  /** Of all its packages. */
  readonly files: readonly GoFile[];
}

/** A package main, with the packages of the module that it takes in. */
export interface GoProgram {
  /** From the module's folder: `cmd/api`; "" is the module's own. */
  readonly folder: string;
  readonly files: readonly GoFile[];
}

const known = new WeakMap<Project, Map<ConfigText, GoModule | null>>();

/** null: none of its sources are given. */
export function goModule(project: Project, mod: ConfigText): GoModule | null {
  const modules = known.get(project) ?? new Map<ConfigText, GoModule | null>();
  known.set(project, modules);
  const before = modules.get(mod);
  if (before !== undefined) return before;
  const read = readModule(project, mod);
  modules.set(mod, read);
  return read;
}

function readModule({ goSources, goMods }: Project, mod: ConfigText): GoModule | null {
  const root = folderOf(mod.file);
  const nested = goMods
    .map(({ file }) => folderOf(file))
    .filter((one) => isBelow(one, root) && one !== root);
  const own = goSources.filter(
    ({ file }) => isBelow(file, root) && !nested.some((one) => isBelow(file, one)),
  );
  if (own.length === 0) return null;
  const [, path = ""] = /^module\s+"?([^\s"]+)/m.exec(mod.text) ?? [];
  const packages = new Map<string, GoFile[]>();
  for (const { file, text } of own) {
    const read = goFile(file, text);
    if (read === null) continue;
    const folder = folderOf(root === "" ? file : file.slice(root.length + 1));
    packages.set(folder, [...(packages.get(folder) ?? []), read]);
  }
  const programs = [...packages].flatMap(([folder, files]) =>
    files.some(({ packageName }) => packageName === "main")
      ? [{ folder, files: reached(folder, packages, path) }]
      : [],
  );
  return { mod, path, programs, files: [...packages.values()].flat() };
}

const isBelow = (path: string, folder: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

function reached(
  from: string,
  packages: ReadonlyMap<string, readonly GoFile[]>,
  module: string,
): readonly GoFile[] {
  const seen = new Set<string>();
  const open = [from];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    for (const { path } of (packages.get(folder) ?? []).flatMap(({ imports }) => imports)) {
      if (path === module) open.push("");
      else if (path.startsWith(`${module}/`)) open.push(path.slice(module.length + 1));
    }
  }
  return [...seen].flatMap((folder) => packages.get(folder) ?? []);
}

/** Beside its Dockerfile, in the folder that hotpod.yaml names, or the only one where the user says that all belongs together. */
export function goModOf({ project, workload, running }: WorkloadSubject): ConfigText | null {
  const { goMods, ties, parameters } = project;
  const beside = running.flatMap(({ image }) =>
    image === null ? [] : goMods.filter(({ file }) => folderOf(file) === folderOf(image.file)),
  );
  const tie = ties.find(
    ({ workload: owner, source }) =>
      source !== null &&
      (owner === null || [workload.name, `${workload.namespace}/${workload.name}`].includes(owner)),
  );
  const folder = tie?.source?.replace(/^\.\//, "").replace(/\/$/, "");
  const tied = goMods.find(({ file }) => folder !== undefined && endsIn(folderOf(file), folder));
  const [only, ...others] = goMods;
  const single = parameters.assumeSingle && others.length === 0 ? (only ?? null) : null;
  return tied ?? beside[0] ?? single;
}

const endsIn = (path: string, folder: string): boolean =>
  path === folder || path.endsWith(`/${folder}`);
