import { baseHolds } from "#manifest/dockerfile/base-programs.js";
import type { DockerVariable } from "#manifest/dockerfile/docker-variables.js";
import type {
  DockerfileReading,
  DockerInstruction,
  DockerStage,
} from "#manifest/dockerfile/read-dockerfile.js";
import { chainOf } from "#manifest/dockerfile/stage-chain.js";
import { firstFixes, withoutVariable } from "#rules/image/docker-edit.js";
import { commandsIn, mayBuildGo, stagesOn } from "#rules/image/stage-commands.js";
import type { Fix } from "#rules/rule/fix.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import type { Project } from "#rules/subject/project.js";

export const inertBuildSetting: Rule = {
  id: "HP603",
  name: "inert-build-setting",
  severity: "info",
  reason: "O",
  inputs: "D,W?",
  exports: "none",
  fix: "safe",
  title: "This setting does nothing where it stands.",
  why: "CGO_ENABLED decides at the build, not in the image that only runs the program; GONOSUMCHECK is unknown to the go command; -insecure in GOFLAGS is ignored by a build.",
  when: "CGO_ENABLED in a stage that runs no go command, no reload tool and no script that may do so after it, nor do the stages and the hot container it is for; GONOSUMCHECK, or GOFLAGS with -insecure, anywhere.",
  remedy: "Delete the line.",
  fires: "FROM alpine and ENV CGO_ENABLED=0.",
  quiet: "the same before the go build of its stage, or in the image of a container that builds.",
  judge: { of: "project", judge: judgeSettings },
};

interface Place {
  readonly reading: DockerfileReading;
  readonly stage: DockerStage;
  readonly instruction: DockerInstruction;
  /** Something may be built by it in its stage, or in one that inherits it. */
  readonly compilesAfter: boolean;
}

function judgeSettings(project: Project): Outcome {
  const readings = project.dockerfiles.filter(({ problem }) => problem === null);
  if (readings.length === 0) return NOT_APPLICABLE;
  const faults = readings.flatMap((reading) =>
    firstFixes(placesIn(reading).flatMap((place) => judgeLine(project, place))),
  );
  return faults.length === 0 ? PASS : fails(...faults);
}

/** Every ENV and ARG. ENV reaches the stages that are built on its own, ARG does not. */
function placesIn(reading: DockerfileReading): Place[] {
  const { stages } = reading;
  const builds = stages.map(lastBuildOf);
  const starts = stages.map(({ instructions }) => instructions.some(startsBuild));
  return stages.flatMap((stage, index) => {
    const on = stagesOn(stages, index);
    const inherited = on.some((one) => builds[one] !== -1 || starts[one] === true);
    return stage.instructions.flatMap((instruction, at): Place[] => {
      const { keyword } = instruction;
      if (keyword !== "ENV" && keyword !== "ARG") return [];
      const later = (builds[index] ?? -1) > at;
      const elsewhere = keyword === "ENV" && (inherited || starts[index] === true);
      return [{ reading, stage, instruction, compilesAfter: later || elsewhere }];
    });
  });
}

const lastBuildOf = ({ instructions }: DockerStage): number =>
  instructions.findLastIndex((one) => one.keyword === "RUN" && commandsIn(one).some(mayBuildGo));

function startsBuild(one: DockerInstruction): boolean {
  if (one.keyword === "ONBUILD") return /^\s*RUN\b/i.test(one.text);
  return one.keyword !== "RUN" && commandsIn(one).some(startsBuilder);
}

function judgeLine(project: Project, place: Place): Fault[] {
  return place.instruction.variables.flatMap((variable) => {
    const told = judgeVariable(project, place, variable);
    if (told === null) return [];
    const at = { kind: "text" as const, region: place.instruction.region };
    const { message, fix } = told;
    const evidence = `${variable.name}=${variable.value ?? ""}`;
    return [{ severity: "info", at, message, evidence, ...(fix === null ? {} : { fix }) }];
  });
}

interface Told {
  readonly message: string;
  readonly fix: Fix | null;
}

function judgeVariable(
  project: Project,
  place: Place,
  { name, value }: DockerVariable,
): Told | null {
  switch (name) {
    case "GONOSUMCHECK":
      return {
        message: "GONOSUMCHECK is unknown to the go command.",
        fix: removal(place, name, "safe"),
      };
    case "GOFLAGS": {
      const flags = (value ?? "").replace(/["']/g, "").split(/\s+/);
      if (!flags.includes("-insecure")) return null;
      const alone = flags.length === 1;
      const message = "A build ignores -insecure in GOFLAGS.";
      return { message, fix: alone ? removal(place, name, "suggested") : null };
    }
    case "CGO_ENABLED": {
      if (place.compilesAfter) return null;
      const containers = containersOf(project, place);
      if (containers.some(containerMayBuild)) return null;
      // Without its containers, whoever runs the image may still build in it.
      const kind = containers.length > 0 || !mayHoldGo(place) ? "safe" : "suggested";
      const message = "CGO_ENABLED decides at the build, and nothing is built here after it.";
      return { message, fix: removal(place, name, kind) };
    }
    default:
      return null;
  }
}

function removal({ reading, instruction }: Place, name: string, kind: Fix["kind"]): Fix | null {
  const change = withoutVariable(reading, instruction, name);
  return change === null ? null : { kind, title: `${name} left out`, changes: [change] };
}

const BUILDERS =
  /^(go|air|CompileDaemon|reflex|wgo|fresh|nodemon|watchexec|entr|hotpod|make|mage|task|.*\.sh)$/;

/** Of CMD and ENTRYPOINT: a program of its own that is started is no build. */
function startsBuilder({ words }: { readonly words: readonly string[] }): boolean {
  return words.some((word) => BUILDERS.test(word.split("/").at(-1) ?? ""));
}

/** Whether the go command can be in the stage. */
function mayHoldGo({ reading: { stages }, stage }: Place): boolean {
  const chain = chainOf(stages, stage);
  const { base } = chain.at(-1) ?? stage;
  if (base === null || baseHolds(base, "go") === "present") return true;
  const known = baseHolds(base, "sh") !== "unknown";
  const brought = chain.some(({ instructions }) =>
    instructions.some(
      ({ keyword, text, flags }) =>
        ["RUN", "COPY", "ADD"].includes(keyword) &&
        /\bgo(lang)?\b/.test([text.slice(0, 65_536), ...flags].join(" ")),
    ),
  );
  return !known || brought;
}

/** Those whose image this stage makes, or is a part of. */
function containersOf({ workloads }: Project, { reading, stage }: Place): ContainerSubject[] {
  const { stages } = reading;
  const last = stages.at(-1);
  const makes = stage === last || (last !== undefined && chainOf(stages, last).includes(stage));
  const running = workloads.flatMap((one) => one.running);
  return makes ? running.filter(({ image }) => image?.file === reading.file) : [];
}

const containerMayBuild = ({ reload, isManaged, command }: ContainerSubject): boolean =>
  reload !== null ||
  isManaged ||
  command.kind === "unknown" ||
  startsBuilder({ words: command.argv });
