import type { BuildInfo, GoModule } from "#gobinary/read-build-info.js";

export interface InfoDifference {
  readonly what: string;
  readonly own: string;
  readonly reference: string;
  readonly remedy: string;
}

/** What two builds say of themselves otherwise, the more telling first: toolchain, commit, modules, settings. */
export function infoDifferences(own: BuildInfo, reference: BuildInfo): readonly InfoDifference[] {
  const found: InfoDifference[] = [];
  const compare = (what: string, a: string | undefined, b: string | undefined, remedy: string) => {
    if (a !== b) found.push({ what, own: a ?? "(absent)", reference: b ?? "(absent)", remedy });
  };
  compare("the toolchain", own.goVersion, reference.goVersion, TOOLCHAIN);
  compare("the main package", own.path, reference.path, SOURCES);
  for (const key of ["vcs.revision", "vcs.modified", "vcs.time", "vcs"]) {
    compare(key, own.settings[key], reference.settings[key], COMMIT);
  }
  compare("the module's version", said(own.main), said(reference.main), VERSION);
  for (const path of pathsOf(own, reference)) {
    const of = ({ dependencies }: BuildInfo) => dependencies.find((one) => one.path === path);
    compare(`module ${path}`, said(of(own)), said(of(reference)), MODULES);
  }
  const keys = new Set([...Object.keys(own.settings), ...Object.keys(reference.settings)]);
  for (const key of keys) {
    if (!key.startsWith("vcs")) {
      compare(key, own.settings[key], reference.settings[key], SETTINGS);
    }
  }
  return found;
}

const pathsOf = (...infos: readonly BuildInfo[]): ReadonlySet<string> =>
  new Set(infos.flatMap(({ dependencies }) => dependencies.map(({ path }) => path)));

function said(module: GoModule | null | undefined): string | undefined {
  if (module === null || module === undefined) return undefined;
  const { path, version, sum, replacedBy } = module;
  const own = [path, version, sum].filter((word) => word !== "").join(" ");
  return replacedBy === null ? own : `${own} => ${said(replacedBy)}`;
}

const TOOLCHAIN = "Run the gate with the toolchain that built it, such as in the builder's image.";
const SOURCES = "Give the sources that it was built from.";
const COMMIT =
  "Check out the commit that it was built from, without changes, and run the gate there.";
const VERSION = "Fetch the tags (git fetch --tags): Go makes the module's version of them.";
const MODULES = "Build it with the go.mod and go.sum of these sources.";
const SETTINGS = "Run the gate with the settings of the build, or give its flags after --.";
