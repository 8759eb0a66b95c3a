import { joinPath } from "#base/join-path.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { workFolder } from "#rules/subject/hot-paths.js";
import { buildsHere } from "./builds-here.js";
import { workDirectory } from "./work-directory.js";

/** A folder that a reload writes into. */
export interface WritePath {
  /** Absolute. */
  readonly folder: string;
  /** `the build's output`, `GOCACHE`. */
  readonly what: string;
}

export interface WritePaths {
  readonly paths: readonly WritePath[];
  /** What could not be derived. */
  readonly unknown: readonly string[];
}

const parentOf = (path: string): string => path.replace(/\/[^/]*$/, "") || "/";

/** The output's folder, air's tmp_dir, hotpod's store, and Go's own folders where a build runs. */
export function writePaths(subject: ContainerSubject): WritePaths {
  const { hotPaths, settings, reload } = subject;
  const paths: WritePath[] = [];
  const unknown = [...hotPaths.unknown];
  if (settings !== null) paths.push({ folder: settings.store.dir, what: "hotpod's store" });
  else {
    for (const { path } of hotPaths.files) {
      paths.push({ folder: parentOf(path), what: "the build's output" });
    }
  }
  const folder = workFolder(subject);
  if (reload?.program === "air") {
    const name = reload.table?.tmp_dir;
    const tmp = typeof name === "string" && name !== "" ? name : "tmp";
    if (tmp.startsWith("/") || folder !== null) {
      paths.push({ folder: joinPath(folder ?? "/", tmp), what: "air's tmp_dir" });
    }
  }
  if (buildsHere(subject)) paths.push(...goFolders(subject));
  const byFolder = new Map(paths.map((one) => [one.folder, one]));
  return { paths: [...byFolder.values()], unknown };
}

function goFolders(subject: ContainerSubject): WritePath[] {
  const home = subject.env("HOME") ?? "/root";
  const cache =
    subject.env("GOCACHE") ?? `${subject.env("XDG_CACHE_HOME") ?? `${home}/.cache`}/go-build`;
  return [
    { folder: cache, what: "GOCACHE" },
    { folder: workDirectory(subject), what: "Go's work directory" },
  ];
}
