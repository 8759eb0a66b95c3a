import { goVersionOf } from "#manifest/dockerfile/image-reference.js";
import type { DockerStage } from "#manifest/dockerfile/read-dockerfile.js";
import { folderOf } from "#rules/image/go-mod.js";
import { commandsIn, mayBuildGo, stagesOn } from "#rules/image/stage-commands.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { baseName } from "#rules/subject/effective-command.js";
import type { ConfigText, Project } from "#rules/subject/project.js";

export const toolchainMismatch: Rule = {
  id: "HP608",
  name: "toolchain-mismatch",
  severity: "error",
  reason: "B",
  inputs: "D,G",
  exports: "none",
  fix: "none",
  title: "go.mod asks for a newer Go than the builder has.",
  why: "The official images set GOTOOLCHAIN=local, so the build fails; with GOTOOLCHAIN=auto a toolchain is downloaded in the middle of a reload.",
  when: "The go line of the go.mod beside a Dockerfile is newer than the Go of a golang image that builds it (error); or the go or the toolchain line is, and GOTOOLCHAIN is set to something else than local (warning). An image whose tag does not tell its Go is open.",
  remedy: "Raise the tag of the golang image.",
  fires: "go 1.23 on golang:1.22.",
  quiet:
    "go 1.21 on golang:1.22; a newer toolchain line under GOTOOLCHAIN=local, which the official images set.",
  judge: { of: "project", judge: judgeBuilders },
};

function judgeBuilders({ dockerfiles, goMods }: Project): Outcome {
  return together(
    dockerfiles.map(({ file, stages }) => {
      const builders = stages.filter((stage, index) => isBuilder(stages, stage, index));
      if (builders.length === 0) return NOT_APPLICABLE;
      const mod = goMods.find((one) => folderOf(one.file) === folderOf(file));
      if (mod === undefined) return open("G", `go.mod beside ${file}`);
      return together(builders.map((stage) => judgeStage(mod, stage, stages)));
    }),
  );
}

/** On an image of Go, and not only there for tools of other modules. */
function isBuilder(stages: readonly DockerStage[], stage: DockerStage, index: number): boolean {
  if (stage.parent !== null || !/(^|\/)golang(:|@|$)/.test(stage.base ?? stage.written))
    return false;
  const all = withThoseOn(stages, index);
  if (all.includes(stages.at(-1) ?? stage)) return true;
  const commands = all.flatMap(({ instructions }) => instructions.flatMap(commandsIn));
  const building = commands.filter(mayBuildGo);
  return building.length === 0 || !building.every(({ words }) => ofOtherModule(words));
}

const withThoseOn = (stages: readonly DockerStage[], index: number): readonly DockerStage[] =>
  [index, ...stagesOn(stages, index)].flatMap((one) => stages[one] ?? []);

/** `go install tool@v1.2.3` reads no go.mod. */
function ofOtherModule([program = "", verb = "", ...rest]: readonly string[]): boolean {
  if (baseName(program) !== "go") return false;
  const named = rest.filter((word) => !word.startsWith("-"));
  return (
    ["env", "version"].includes(verb) ||
    (verb === "install" && named.every((word) => word.includes("@")))
  );
}

function judgeStage(mod: ConfigText, stage: DockerStage, stages: readonly DockerStage[]): Outcome {
  const has = stage.base === null ? null : goVersionOf(stage.base);
  if (has === null) return open("D", `a tag of ${stage.written} with its minor version`);
  const go = lineOf(mod, /^go\s+(\d[\d.]*)/);
  const toolchain = lineOf(mod, /^toolchain\s+go(\d[\d.]*)/);
  // The official images stay with what they have.
  const local = (toolchainSetting(stage, stages) ?? "local") === "local";
  const asked = [go, local ? null : toolchain].find(
    (one) => one !== null && isNewer(one.version, has),
  );
  if (asked === undefined || asked === null) return PASS;
  const { version, line } = asked;
  return fails({
    severity: local ? "error" : "warning",
    at: { kind: "text", region: stage.region },
    message: local
      ? `The go.mod asks for Go ${version}, and the builder has ${has}.`
      : `The go.mod asks for Go ${version}, and the builder downloads it at build time because it has ${has}.`,
    related: [
      {
        source: {
          kind: "text",
          region: { file: mod.file, line, column: 1, endLine: line, endColumn: 4 },
        },
        message: `It asks for Go ${version} here.`,
      },
    ],
    evidence: stage.base ?? "",
  });
}

/** GOTOOLCHAIN of the stage, or of one that is built on it; null: nobody sets it. */
function toolchainSetting(stage: DockerStage, stages: readonly DockerStage[]): string | null {
  const all = withThoseOn(stages, stages.indexOf(stage));
  const found = all
    .flatMap(({ instructions }) => instructions)
    .filter(({ keyword }) => keyword === "ENV" || keyword === "ARG")
    .flatMap(({ variables }) => variables.filter(({ name }) => name === "GOTOOLCHAIN"));
  return found.at(-1)?.value?.replace(/["']/g, "") ?? null;
}

interface ModLine {
  readonly version: string;
  readonly line: number;
}

function lineOf({ text }: ConfigText, pattern: RegExp): ModLine | null {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => pattern.test(line));
  const version = pattern.exec(lines[index] ?? "")?.[1];
  return version === undefined ? null : { version, line: index + 1 };
}

/** `1.22` of a tag may be any patch level of it. */
function isNewer(wanted: string, has: string): boolean {
  const [a, b] = [wanted, has].map((text) => text.split(".").map(Number));
  for (let i = 0; i < (b?.length ?? 0); i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
