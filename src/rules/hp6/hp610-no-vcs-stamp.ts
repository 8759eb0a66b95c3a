import { shellOfBase } from "#manifest/dockerfile/base-shell.js";
import type {
  DockerfileReading,
  DockerInstruction,
  DockerStage,
} from "#manifest/dockerfile/read-dockerfile.js";
import { chainOf } from "#manifest/dockerfile/stage-chain.js";
import { lineSource } from "#manifest/text/source.js";
import { folderOf } from "#rules/image/go-mod.js";
import { imagesOf } from "#rules/image/images.js";
import { commandsIn } from "#rules/image/stage-commands.js";
import { buildsHere } from "#rules/pod/builds-here.js";
import { type Fault, fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const noVcsStamp: Rule = {
  id: "HP610",
  name: "no-vcs-stamp",
  severity: "warning",
  reason: "V",
  inputs: "D,S?|B",
  exports: "none",
  fix: "none",
  title: "The binary cannot say which commit it is.",
  why: "go build stamps the commit when .git and git are there and a package is built; otherwise it says nothing and still succeeds.",
  when: "A Dockerfile's go build has -buildvcs=false, or names *.go files instead of a package, or a stage on Alpine builds without git (info), or .dockerignore leaves .git out, or a binary has no vcs.revision, and no label org.opencontainers.image.revision says the commit.",
  remedy:
    "Build a package with -buildvcs=true, with .git and git in the builder; or set the label org.opencontainers.image.revision.",
  fires: "go build -buildvcs=false; .git in .dockerignore.",
  quiet: "the label with the revision.",
  judge: { of: "project", judge: judgeBuilds },
};

function judgeBuilds(project: Project): Outcome {
  const labelled = imagesOf(project).some(({ instructions }) =>
    instructions.some(
      ({ keyword, text }) =>
        keyword === "LABEL" && text.includes("org.opencontainers.image.revision"),
    ),
  );
  const builds = project.dockerfiles.flatMap(({ stages }) =>
    stages.flatMap(({ instructions }) => instructions.filter(isBuild)),
  );
  const gitless = project.dockerfiles.flatMap((reading) => gitlessStages(project, reading));
  const programs = project.binaries.filter(({ goVersion }) => goVersion !== null);
  if (builds.length + gitless.length + programs.length === 0) return NOT_APPLICABLE;
  const faults = builds.flatMap(({ text, region }) => {
    const build = /\bgo\s+build\b([^;&|\n]*)/.exec(text)?.[1] ?? "";
    const off = /-buildvcs=(false|0)\b/.test(build);
    const files = /\s[\w./-]+\.go\b/.test(build);
    if (!off && !files) return [];
    const message = off
      ? "With -buildvcs=false the program does not know its commit."
      : "A build of files instead of a package leaves the commit out.";
    return [
      {
        severity: "warning" as const,
        at: { kind: "text" as const, region },
        message,
        evidence: off ? "off" : "files",
      },
    ];
  });
  const ignoring = project.dockerfiles.flatMap((one) => withoutGit(project, one));
  const all = [...faults, ...gitless.map(gitlessFault), ...ignoring, ...unstamped(project)];
  return all.length === 0 || labelled ? PASS : fails(...all);
}

/** A build whose context leaves the repository out. */
function withoutGit({ dockerIgnores }: Project, { file, stages }: DockerfileReading): Fault[] {
  if (!stages.some(({ instructions }) => instructions.some(isBuild))) return [];
  const folder = folderOf(file);
  const own = dockerIgnores.find((one) => one.file === `${file}.dockerignore`);
  const ignore =
    own ??
    dockerIgnores.find(
      (one) => one.file === (folder === "" ? ".dockerignore" : `${folder}/.dockerignore`),
    );
  if (ignore === undefined) return [];
  const lines = ignore.text.split("\n").map((line) => line.trim());
  const at = lines.findLastIndex((line) => /^!?(\/|\*\*\/)?\.git\/?$/.test(line));
  if (at < 0 || lines[at]?.startsWith("!")) return [];
  return [
    {
      severity: "warning",
      at: lineSource(ignore.file, at + 1, ignore.text.split("\n")[at]),
      message: "The build's context has no .git, so the program does not know its commit.",
      evidence: "ignored",
    },
  ];
}

function unstamped({ binaries }: Project): Fault[] {
  return binaries.flatMap(({ file, goVersion, settings }) =>
    goVersion === null || settings["vcs.revision"] !== undefined
      ? []
      : [
          {
            severity: "warning" as const,
            at: { kind: "said" as const, by: `--binary ${file}` },
            message: `${"`"}${file}${"`"} does not say which commit it was built from.`,
            evidence: file,
          },
        ],
  );
}

const isBuild = ({ keyword, text }: DockerInstruction): boolean =>
  keyword === "RUN" && /\bgo\s+build\b/.test(text);

/** Where Go builds without git: Alpine has none until a package brings it. */
function gitlessStages({ workloads }: Project, { file, stages }: DockerfileReading): DockerStage[] {
  const hot = workloads
    .flatMap(({ running }) => running)
    .some((one) => one.image?.file === file && buildsHere(one));
  return stages.filter((stage, index) => {
    const builds = stage.instructions.some(isBuild) || (hot && index === stages.length - 1);
    if (!builds) return false;
    const chain = chainOf(stages, stage);
    const { base } = chain.at(-1) ?? stage;
    const isAlpine = base !== null && shellOfBase(base) === "ash";
    return isAlpine && !chain.some(({ instructions }) => instructions.some(bringsGit));
  });
}

function bringsGit(one: DockerInstruction): boolean {
  return one.keyword === "RUN" && /\bgit\b/.test(one.text)
    ? commandsIn(one).some(({ words }) => words.includes("git"))
    : ["COPY", "ADD"].includes(one.keyword) && /(^|[\s/])git(\s|$)/.test(one.text);
}

function gitlessFault({ region, base }: DockerStage): Fault {
  const message = `Go builds in ${base}, which has no git, so the program does not know its commit.`;
  return { severity: "info", at: { kind: "text", region }, message, evidence: "no git" };
}
