import { isWithin, joinPath } from "#base/join-path.js";
import type { GoModule } from "#gobinary/read-build-info.js";
import { type GoMod, readGoMod, replacementOf } from "#manifest/go/read-go-mod.js";
import { type GoSum, readGoSum } from "#manifest/go/read-go-sum.js";
import type { GateAnswer, GateEvidence, GatePlace } from "#model/gate-report.js";
import type { GoSource, TextFile } from "#ports/release.js";
import { different, evidence, open, same } from "./answer.js";
import { isOlder } from "./go-version.js";
import type { KnownProgram } from "./judge-program.js";

/** The modules in the program, beside those that go.mod and go.sum name. */
export function judgeModules(known: KnownProgram, source: GoSource): GateAnswer[] {
  const { goMod, folder } = source;
  if (goMod === null) {
    return [
      open("modules", {
        message: `There is no go.mod in ${folder} or above, so its modules cannot be compared.`,
        compared: [evidence("main module", known.info.main?.path ?? "(none)", fromOf(known))],
        remedy: "Name the folder of the Go module: --source FOLDER.",
      }),
    ];
  }
  const mod = readGoMod(goMod.text);
  const versions = known.info.dependencies.filter(
    (one) => !isFolder(one) && one.path !== mod.module,
  );
  const sums = new Map([...sumsOf(source.workSum), ...sumsOf(source.goSum)]);
  const wrong = versions.flatMap((one) => ofModule(known, one, { mod, goMod, sums, source }));
  const message =
    versions.length === 0
      ? "It holds no module but its own, or those of folders."
      : `Its ${versions.length === 1 ? "module is" : `${versions.length} modules are`} as go.mod and go.sum say.`;
  const compared = versions.map((one) => evidence("dep", said(one), fromOf(known)));
  return [
    ...ofMain(known, mod, goMod),
    ...(wrong.length > 0 ? wrong : [same("modules", { message, compared })]),
  ];
}

const fromOf = ({ file }: KnownProgram): string => `build information of ${file}`;

function ofMain(known: KnownProgram, mod: GoMod, { file }: TextFile): GateAnswer[] {
  const { main } = known.info;
  if (main === null || mod.module === null) return [];
  const compared = [
    evidence("main module", main.path, fromOf(known)),
    evidence("module", mod.module, file),
  ];
  if (main.path === mod.module) {
    return [same("module", { message: `It is of ${main.path}.`, compared })];
  }
  return [
    different("module", "error", {
      message: `It is of module ${main.path}, and these sources are ${mod.module}.`,
      compared,
      place: { file, line: 1 },
      remedy: "Give the sources that it was built from, or the program of these sources.",
    }),
  ];
}

interface Named extends GoSum {
  readonly file: string;
}

const sumsOf = (file: TextFile | null): [string, Named][] =>
  file === null
    ? []
    : [...readGoSum(file.text)].map(([key, sum]) => [key, { ...sum, file: file.file }]);

interface Asked {
  readonly mod: GoMod;
  readonly goMod: TextFile;
  readonly sums: ReadonlyMap<string, Named>;
  readonly source: GoSource;
}

function ofModule(known: KnownProgram, dep: GoModule, asked: Asked): GateAnswer[] {
  const own = evidence("dep", said(dep), fromOf(known));
  return [...ofVersion(dep, own, asked), ...ofSum(dep, own, asked)];
}

/** From Go 1.17 on, go.mod names every module of a build; a workspace chooses by all of its modules. */
function ofVersion(dep: GoModule, own: GateEvidence, { mod, goMod, source }: Asked): GateAnswer[] {
  const complete = mod.go !== null && !isOlder(mod.go.version, "1.17") && source.workspace === null;
  if (!complete) return [];
  const required = mod.requires.find(({ path }) => path === dep.path);
  if (required === undefined) {
    return [
      wrong(`${dep.path} is in the program, and go.mod does not require it.`, [own], {
        file: goMod.file,
        line: 1,
      }),
    ];
  }
  const place = { file: goMod.file, line: required.line };
  const from = `${goMod.file}:${required.line}`;
  if (required.version !== dep.version) {
    const message = `The program holds ${dep.path} ${dep.version}, and go.mod requires ${required.version}.`;
    return [wrong(message, [own, evidence("require", required.version, from)], place)];
  }
  const by = replacementOf(mod, dep.path, dep.version);
  const [is, should] = [nameOf(dep.replacedBy), by === null ? null : `${by.by} ${by.byVersion}`];
  if (is === should) return [];
  const message = `In the program ${dep.path} ${is === null ? "is not replaced" : `is replaced by ${is}`}, and in go.mod ${should === null ? "it is not" : `by ${should}`}.`;
  const line = by?.line ?? required.line;
  const compared = [own, evidence("replace", should ?? "(none)", `${goMod.file}:${line}`)];
  return [wrong(message, compared, { file: goMod.file, line })];
}

function ofSum(dep: GoModule, own: GateEvidence, { sums, goMod, source }: Asked): GateAnswer[] {
  const { path, version, sum } = dep.replacedBy ?? dep;
  // Of what is in vendor/ the commit holds the bytes, and Go leaves the checksum out.
  if (sum === "" && source.vendored) return [];
  const found = sums.get(`${path} ${version}`);
  if (found === undefined) {
    return [
      different("modules", "error", {
        message: `go.sum has no checksum of ${path} ${version}: whatever was downloaded went into the program.`,
        compared: [own],
        place: { file: goMod.file, line: 1 },
        remedy: "Put go.sum under version control, and build with what it says.",
      }),
    ];
  }
  const place = { file: found.file, line: found.line };
  const compared = [own, evidence("go.sum", found.sum, `${found.file}:${found.line}`)];
  if (sum === found.sum) return [];
  if (sum === "") {
    return [
      open("modules", {
        message: `The program has no checksum of ${path} ${version}, so it cannot be compared with go.sum.`,
        compared,
        place,
        remedy: "Build it with the go.sum of these sources.",
      }),
    ];
  }
  return [
    wrong(`${path} ${version} in the program has other bytes than go.sum says.`, compared, place),
  ];
}

function wrong(message: string, compared: readonly GateEvidence[], place: GatePlace): GateAnswer {
  return different("modules", "error", {
    ...{ message, compared, place },
    remedy: "Build it again from these sources, and not with modules that were changed meanwhile.",
  });
}

const nameOf = (module: GoModule | null): string | null =>
  module === null ? null : `${module.path} ${module.version}`;

const said = ({ path, version, sum, replacedBy }: GoModule): string =>
  replacedBy === null
    ? [path, version, sum].filter((word) => word !== "").join(" ")
    : `${path} ${version} => ${said(replacedBy)}`;

const isFolder = ({ version, replacedBy }: GoModule): boolean =>
  version === "(devel)" || (replacedBy !== null && isPath(replacedBy.path));

const isPath = (path: string): boolean => /^(\.{0,2}\/|\.{1,2}$)/.test(path);

/** What comes from a folder has no version and no checksum; within the repository it has the commit. */
export function judgeReplaced(known: KnownProgram, source: GoSource | null): GateAnswer[] {
  // A program of files (go build main.go) has its own module among its dependencies.
  const ofFiles = known.info.path === "command-line-arguments";
  return known.info.dependencies
    .filter((one) => isFolder(one) && !(ofFiles && one.replacedBy === null))
    .map((dep) => {
      const folder = dep.replacedBy?.path ?? null;
      const compared = [evidence("dep", said(dep), fromOf(known))];
      const inside = source !== null && isInRepository(folder ?? source.workspace, source);
      const where = folder === null ? "a folder of the workspace" : folder;
      return different("replace", inside ? "warning" : "error", {
        message: inside
          ? `${dep.path} comes from ${where}: the commit holds it, and no checksum does.`
          : `${dep.path} comes from ${where}: no version, no checksum and no commit here says what was in it.`,
        compared,
        place: placeOf(dep, source),
        remedy: inside
          ? "Nothing, where that folder is meant to be built from; else drop the replace line."
          : "Drop the replace line: go mod edit -dropreplace, and require a version.",
      });
    });
}

/** Of a workspace's module only the go.work that names it is known. */
function isInRepository(path: string | null, { moduleFolder, repository }: GoSource): boolean {
  if (path === null || repository.kind !== "found") return false;
  return isWithin(joinPath(moduleFolder, path), repository.root);
}

function placeOf({ path, version }: GoModule, source: GoSource | null): GatePlace | null {
  if (source?.goMod == null) return null;
  const found = replacementOf(readGoMod(source.goMod.text), path, version);
  return found === null ? null : { file: source.goMod.file, line: found.line };
}
