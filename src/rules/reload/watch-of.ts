import { joinPath } from "#base/join-path.js";
import type { ReadFlags } from "#manifest/tools/read-flags.js";
import { toolFlags } from "#manifest/tools/tool-flags.js";
import { fieldsOf } from "#rules/subject/fields.js";
import type { ReloadSubject } from "./reload-subject.js";
import { extensionOf, type PathTest, simpleGlob, simplePattern } from "./simple-pattern.js";
import type { ToolRun } from "./tool-runs.js";
import { airList, airText } from "./tool-setting.js";

/** Whether a tool takes a change of this path, relative to where it watches, for one of a source. */
export type Watched = "yes" | "no" | "unknown";

/** `run`: whose flags count; of air null. */
export function watches(reload: ReloadSubject, run: ToolRun | null, path: string): Watched {
  const clean = joinPath("/", path).slice(1);
  const flags = run?.flags ?? toolFlags(reload.use.program, reload.use.argv.slice(1)).flags;
  switch (reload.use.program) {
    case "air":
      return airWatches(reload, clean);
    case "reflex":
      return reflexWatches(flags, clean);
    case "wgo":
      return wgoWatches(flags, clean);
    case "CompileDaemon":
      return compileDaemonWatches(flags, clean);
    case "watchexec":
      return watchexecWatches(flags, clean);
    case "nodemon":
      return nodemonWatches(reload, flags, clean);
    case "entr":
      return "unknown";
    default:
      return "no";
  }
}

const isIn = (path: string, folder: string): boolean => {
  const clean = joinPath("/", folder).slice(1);
  return clean !== "" && (path === clean || path.startsWith(`${clean}/`));
};

/** air leaves out its temporary folder, its test data and folders whose name begins with a dot by itself. */
function airWatches(reload: ReloadSubject, path: string): Watched {
  const extensions = airList(reload, "include_ext", ["go", "tpl", "tmpl", "html"]);
  const files = airList(reload, "include_file", []);
  if (files.some((file) => joinPath("/", file) === `/${path}`)) return "yes";
  if (!extensions.includes("*") && !extensions.includes(extensionOf(path))) return "no";
  const excluded = [
    airText(reload, "", "tmp_dir") ?? "tmp",
    airText(reload, "", "testdata_dir") ?? "testdata",
    ...airList(reload, "exclude_dir", ["assets", "tmp", "vendor", "testdata"]),
  ];
  if (excluded.some((folder) => isIn(path, folder))) return "no";
  if (
    path
      .split("/")
      .slice(0, -1)
      .some((folder) => folder.startsWith("."))
  )
    return "no";
  const included = airList(reload, "include_dir", []);
  if (included.length > 0 && !included.some((folder) => isIn(path, folder))) return "no";
  if (airList(reload, "exclude_file", []).some((file) => isIn(path, file))) return "no";
  return without(path, airList(reload, "exclude_regex", ["_test.go"]).map(simplePattern));
}

function reflexWatches(flags: ReadFlags["flags"], path: string): Watched {
  const patterns = [
    ...values(flags, "-r", "-regex").map(simplePattern),
    ...values(flags, "-g", "-glob").map(simpleGlob),
  ];
  const without_ = [
    ...values(flags, "-R", "-inverse-regex").map(simplePattern),
    ...values(flags, "-G", "-inverse-glob").map(simpleGlob),
  ];
  if (path.startsWith(".")) return "no";
  return both(every(path, patterns), without(path, without_));
}

function wgoWatches(flags: ReadFlags["flags"], path: string): Watched {
  const folder = path.split("/").slice(0, -1).join("/");
  const inFolders = values(flags, "-dir").map(simplePattern);
  return both(
    some(path, values(flags, "-file").map(simplePattern)),
    both(
      some(folder, inFolders),
      both(
        without(path, values(flags, "-xfile").map(simplePattern)),
        without(folder, values(flags, "-xdir").map(simplePattern)),
      ),
    ),
  );
}

function compileDaemonWatches(flags: ReadFlags["flags"], path: string): Watched {
  const [pattern] = values(flags, "-pattern");
  const matches =
    pattern === undefined
      ? ["go", "c"].includes(extensionOf(path))
      : (simplePattern(pattern)?.(path) ?? null);
  const folders = values(flags, "-exclude-dir").map(simpleGlob);
  const files = values(flags, "-exclude").map(simpleGlob);
  return both(answer(matches), without(path, [...folders, ...files]));
}

/** It leaves out what .gitignore does, which is not known here. */
function watchexecWatches(flags: ReadFlags["flags"], path: string): Watched {
  const extensions = values(flags, "-e", "-exts").flatMap((list) => list.split(","));
  if (extensions.length > 0 && !extensions.includes(extensionOf(path))) return "no";
  const watched = values(flags, "-w", "-watch").filter((folder) => joinPath("/", folder) !== "/");
  if (watched.length > 0 && !watched.some((folder) => isIn(path, folder))) return "no";
  const answered = both(
    some(path, values(flags, "-f", "-filter").map(simpleGlob)),
    without(path, values(flags, "-i", "-ignore").map(simpleGlob)),
  );
  const all = flags.some(({ name }) => name === "-no-vcs-ignore");
  return answered === "yes" && !all ? "unknown" : answered;
}

function nodemonWatches(reload: ReloadSubject, flags: ReadFlags["flags"], path: string): Watched {
  const { ext, ignore, watch } = fieldsOf(reload.use.table);
  const [given] = values(flags, "-e", "-ext");
  const extensions = (given ?? (typeof ext === "string" ? ext : NODEMON_EXT)).split(/[\s,]+/);
  if (!extensions.includes("*") && !extensions.includes(extensionOf(path))) return "no";
  const list = (value: unknown): string[] =>
    [value].flat().filter((one): one is string => typeof one === "string");
  const watched = [...values(flags, "-w", "-watch"), ...list(watch)];
  const folders = watched.filter((folder) => joinPath("/", folder) !== "/");
  if (folders.length > 0 && !folders.some((folder) => isIn(path, folder))) return "no";
  const ignored = [...values(flags, "-i", "-ignore"), ...list(ignore)];
  return without(path, ignored.map(simpleGlob));
}

const NODEMON_EXT = "js mjs cjs json";

function values(flags: ReadFlags["flags"], ...names: readonly string[]): string[] {
  return flags.filter(({ name }) => names.includes(name)).map(({ value }) => value);
}

type Tests = readonly (PathTest | null)[];

const answer = (matches: boolean | null): Watched =>
  matches === null ? "unknown" : matches ? "yes" : "no";

function both(one: Watched, other: Watched): Watched {
  if (one === "no" || other === "no") return "no";
  return one === "unknown" || other === "unknown" ? "unknown" : "yes";
}

/** One of them is enough; none at all is no condition. */
function some(path: string, tests: Tests): Watched {
  if (tests.length === 0 || tests.some((test) => test?.(path) === true)) return "yes";
  return tests.includes(null) ? "unknown" : "no";
}

function every(path: string, tests: Tests): Watched {
  if (tests.some((test) => test?.(path) === false)) return "no";
  return tests.includes(null) ? "unknown" : "yes";
}

function without(path: string, tests: Tests): Watched {
  if (tests.some((test) => test?.(path) === true)) return "no";
  return tests.includes(null) ? "unknown" : "yes";
}
