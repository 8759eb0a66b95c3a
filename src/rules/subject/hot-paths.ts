import { joinPath } from "#base/join-path.js";
import { splitWords } from "#base/split-words.js";
import { fieldSource, type Source } from "#manifest/text/source.js";
import { mountOf } from "#rules/pod/mounts.js";
import { workDirectory } from "#rules/pod/work-directory.js";
import type { ContainerSubject } from "./container-subject.js";
import { fieldsOf, scalarText } from "./fields.js";
import type { ReloadUse } from "./reload-use.js";

/** The files a reload replaces, absolute. */
export interface HotPaths {
  readonly files: readonly { readonly path: string; readonly source: Source }[];
  /** How the new file takes the old one's place. */
  readonly replacedBy: "rename" | "in-place" | "own-name" | "unknown";
  /** What could not be derived; empty: all is known. */
  readonly unknown: readonly string[];
  /** The annotation `hotpod.dev/hot-path` names them. */
  readonly annotated: boolean;
}

export const HOT_PATH_ANNOTATION = "hotpod.dev/hot-path";

export function hotPathsOf(subject: ContainerSubject): HotPaths {
  const annotation = subject.workload.annotations[HOT_PATH_ANNOTATION];
  if (annotation !== undefined) {
    const { templatePath, object } = subject.workload;
    const source = fieldSource(object.document, [
      ...templatePath,
      "metadata",
      "annotations",
      HOT_PATH_ANNOTATION,
    ]);
    const written = annotation.split(/[\s,]+/).filter((path) => path !== "");
    const paths = written.map((path) => joinPath(workFolder(subject) ?? "/", path));
    return {
      files: paths.map((path) => ({ path, source })),
      replacedBy: replacement(subject, paths),
      unknown: [],
      annotated: true,
    };
  }
  if (subject.isManaged) return managed(subject);
  const { reload } = subject;
  if (reload === null) return NOTHING;
  const outputs = outputsOf(reload);
  const folder = workFolder(subject);
  const relative = outputs.filter((path) => !path.startsWith("/"));
  if (folder === null && relative.length > 0) {
    return { ...NOTHING, unknown: ["the image's working directory: workingDir in the manifest"] };
  }
  return {
    files: outputs.map((path) => ({ path: joinPath(folder ?? "/", path), source: reload.source })),
    replacedBy: replacement(
      subject,
      outputs.map((path) => joinPath(folder ?? "/", path)),
    ),
    unknown: outputs.length === 0 ? [`what ${reload.program} builds`] : [],
    annotated: false,
  };
}

const NOTHING: HotPaths = { files: [], replacedBy: "unknown", unknown: [], annotated: false };

/** hotpod's artifacts have a name each, below its store. */
function managed(subject: ContainerSubject): HotPaths {
  const store = subject.settings?.store.dir ?? null;
  return {
    files: store === null ? [] : [{ path: store, source: subject.at("command") }],
    replacedBy: "own-name",
    unknown: store === null ? ["hotpod's settings, which it refuses"] : [],
    annotated: false,
  };
}

function replacement(subject: ContainerSubject, paths: readonly string[]): HotPaths["replacedBy"] {
  const { reload } = subject;
  if (reload === null || reload.tool === null || !reload.tool.builds) return "unknown";
  if (reload.tool.buildOut === "immutable") return "own-name";
  // The go command renames from where it works, unless that is another mount point.
  const work = mountOf(subject, workDirectory(subject))?.index;
  const near = paths.every((path) => mountOf(subject, path)?.index === work);
  return near && buildsByGo(reload) ? "rename" : "in-place";
}

const OTHER_WRITERS = /\b(cp|install|dd|tee|gcc|cc|clang|rustc|make)\b|g\+\+/;

/** `go build` and nothing else that writes programs. */
function buildsByGo({ program, argv, table }: ReloadUse): boolean {
  const { cmd } = fieldsOf(table?.build);
  const standard = ["air", "CompileDaemon", "fresh"].includes(program) ? "go build" : "";
  const said = [...argv, typeof cmd === "string" ? cmd : ""].join(" ");
  const builds = /\bgo\s+(build|install)\b/.test(said) || standard !== "";
  return builds && !OTHER_WRITERS.test(said);
}

export function workFolder(subject: ContainerSubject): string | null {
  return subject.container.workingDir ?? subject.image?.workdir ?? null;
}

/** Files that a tool's build writes, as they are written there: relative to its root. */
export function outputsOf({ program, argv, table, config }: ReloadUse): readonly string[] {
  if (program === "air") {
    const build = fieldsOf(table?.build);
    const root = typeof table?.root === "string" ? table.root : ".";
    const text = (name: string): string | null => {
      const flag = flagValue(argv, `build.${name}`);
      const value = build[name];
      return flag ?? (typeof value === "string" && value !== "" ? value : null);
    };
    const entry = build.entrypoint;
    const entrypoint = Array.isArray(entry) ? scalarText(entry[0]) : text("entrypoint");
    const bin = entrypoint || firstWord(text("full_bin")) || text("bin") || null;
    const built = outputOfBuild(text("cmd") ?? "");
    const found = [...new Set([bin, built].filter((path) => path !== null))];
    if (found.length === 0 && (config !== null || configless(argv))) found.push("./tmp/main");
    return found.map((path) => joinRelative(root, path));
  }
  return [...new Set(scripts(argv).flatMap((script) => outputOfBuild(script) ?? []))];
}

/** air without a configuration file runs on its defaults. */
const configless = (argv: readonly string[]): boolean => !argv.includes("-c");

function flagValue(argv: readonly string[], name: string): string | null {
  for (const [index, word] of argv.entries()) {
    const bare = word.replace(/^--?/, "");
    if (bare === name) return argv[index + 1] ?? null;
    if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
  }
  return null;
}

/** Every text in a command line that may hold a build: its words one by one, and all of them as one line. */
function scripts(argv: readonly string[]): string[] {
  return [...argv.map((word) => word.replace(/^--?build=/, "")), argv.join(" ")];
}

/** The file after `-o` of a `go build` or a compiler. */
export function outputOfBuild(script: string): string | null {
  if (!/\b(go\s+build|gcc|cc|clang|rustc|g\+\+)\b/.test(script)) return null;
  for (const part of script.split(/&&|\|\||;|\n/)) {
    const words = splitWords(part.trim()) ?? [];
    const at = words.indexOf("-o");
    if (at >= 0 && words[at + 1] !== undefined) return words[at + 1] ?? null;
    const joined = words.find((word) => /^-o=?./.test(word));
    if (joined !== undefined && words.includes("build")) return joined.replace(/^-o=?/, "");
  }
  return null;
}

const firstWord = (text: string | null): string | null =>
  splitWords(text ?? "")?.find((word) => !/^\w+=/.test(word)) ?? null;

function joinRelative(root: string, path: string): string {
  return path.startsWith("/") || root === "." || root === "" ? path : `${root}/${path}`;
}
