import type { DockerfileReading, DockerStage } from "#manifest/dockerfile/read-dockerfile.js";
import { goModule } from "#rules/go/go-project.js";
import { folderOf } from "#rules/image/go-mod.js";
import { type Libc, libcOf } from "#rules/image/libc.js";
import { commandsIn } from "#rules/image/stage-commands.js";
import { stagesUsed } from "#rules/image/stages-used.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ShellCommand } from "#rules/shell/shell-text.js";
import type { Project } from "#rules/subject/project.js";

export const libcSplit: Rule = {
  id: "HP601",
  name: "libc-split",
  severity: "error",
  reason: "A",
  inputs: "D,(G|B)",
  exports: "none",
  fix: "none",
  title: "The program is linked against a C library that the final image does not have.",
  why: "The kernel then says “no such file or directory” of a file that is there: its loader is missing. As a hot swap this ends a good version. Go's build cache is not the cause: it keeps builds with and without cgo apart.",
  when: 'A stage builds with cgo (CGO_ENABLED=1; or unset where a C compiler is there and nothing is cross-compiled) what imports "C", net or os/user, or with -buildmode=pie, on another C library than the final image\'s.',
  remedy:
    'CGO_ENABLED=0 on the line of the build, where nothing imports "C"; else one base for both stages.',
  fires: "golang:1.22 → alpine, net/http, CGO_ENABLED unset.",
  quiet:
    "golang:alpine without gcc; alpine → alpine; tags netgo and osusergo; a program that is linked statically.",
  judge: { of: "project", judge: judgeDockerfiles },
};

function judgeDockerfiles(project: Project): Outcome {
  return together(project.dockerfiles.map((one) => judgeDockerfile(project, one)));
}

interface Build {
  readonly stage: DockerStage;
  /** As far as it goes back to an image. */
  readonly base: string | null;
  readonly command: ShellCommand;
  readonly at: DockerStage["region"];
  readonly cgo: boolean;
}

function judgeDockerfile(project: Project, reading: DockerfileReading): Outcome {
  const last = reading.stages.at(-1);
  if (last === undefined || reading.problem !== null) return NOT_APPLICABLE;
  const builds = buildsOf(reading).filter(({ stage }) => stage !== last);
  if (builds.length === 0) return NOT_APPLICABLE;
  const runtime = rootOf(reading.stages, last);
  const target = runtime === null ? null : libcOf(runtime);
  return together(
    builds.map((build) => {
      const source = build.base === null ? null : libcOf(build.base);
      if (!build.cgo && !isPie(build.command)) return PASS;
      if (isStatic(build.command)) return PASS;
      if (source === null || target === null) {
        const unknown = source === null ? build.stage.written : last.written;
        return open("B", `the binary itself: which C library ${unknown} has is not known`);
      }
      if (source === target) return PASS;
      return judgeNeed(project, reading, build, source, target);
    }),
  );
}

function judgeNeed(
  project: Project,
  { file, stages }: DockerfileReading,
  build: Build,
  source: Libc,
  target: Libc,
): Outcome {
  const need = isPie(build.command) ? "-buildmode=pie" : needOf(project, file, build.command);
  if (need === "unknown") return open("G", `--source FOLDER of what ${file} builds`);
  if (need === null) return PASS;
  const last = stages.at(-1);
  return fails({
    severity: "error",
    at: { kind: "text", region: build.at },
    message: `With ${need} the program needs the loader of ${source}, and the final image has ${target === "none" ? "none" : `${target}'s`}.`,
    evidence: need,
    related:
      last === undefined
        ? []
        : [{ source: { kind: "text", region: last.region }, message: "This runs it." }],
  });
}

/** What makes a build with cgo need the C library; null: nothing. */
function needOf(project: Project, file: string, command: ShellCommand): string | "unknown" | null {
  const mod = project.goMods.find((one) => folderOf(one.file) === folderOf(file));
  const module = mod === undefined ? null : goModule(project, mod);
  if (module === null) return "unknown";
  const imports = new Set(module.files.flatMap((one) => one.imports.map(({ path }) => path)));
  if (imports.has("C")) return 'import "C"';
  const tags = command.words.join(" ");
  if (/\bnetgo\b/.test(tags) && /\bosusergo\b/.test(tags)) return null;
  return [...imports].find((path) => NEEDS_LIBC.test(path)) ?? null;
}

/** Of the standard library, what takes in net or os/user. */
const NEEDS_LIBC =
  /^(net|os\/user|crypto\/(tls|x509)|log\/syslog|expvar|plugin|runtime\/cgo)(\/|$)/;

const isPie = ({ words }: ShellCommand): boolean => words.includes("-buildmode=pie");

const isStatic = ({ words }: ShellCommand): boolean =>
  /-extldflags[= ]["']?[^"']*-static\b/.test(words.join(" "));

function buildsOf({ stages }: DockerfileReading): Build[] {
  return stagesUsed(stages).flatMap((stage) => {
    const chain = chainTo(stages, stage);
    const base = chain[0]?.base ?? null;
    const env = new Map<string, string>();
    let compiler =
      base !== null &&
      /(^|\/)(golang|buildpack-deps|gcc)(:|@|$)/.test(base) &&
      libcOf(base) === "glibc";
    const builds: Build[] = [];
    for (const one of chain.flatMap(({ instructions }) => instructions)) {
      if (one.keyword === "ENV" || one.keyword === "ARG") {
        for (const { name, value } of one.variables) if (value !== null) env.set(name, value);
      }
      for (const command of commandsIn(one)) {
        compiler ||=
          /^(apk|apt-get|apt|dnf|yum)$/.test(command.words[0] ?? "") &&
          /\b(gcc|build-base|build-essential|clang|musl-dev)\b/.test(command.words.join(" "));
        if (!stage.instructions.includes(one)) continue;
        const words = command.words.join(" ");
        if (!/^(\S*\/)?go (build|install)\b/.test(words) || /^(\S*\/)?go install \S+@/.test(words))
          continue;
        const own = (name: string): string | undefined =>
          new RegExp(`\\b${name}=["']?([\\w]+)`).exec(command.text)?.[1] ??
          new RegExp(`\\b${name}=["']?([\\w]+)`).exec(one.text)?.[1] ??
          env.get(name);
        const said = own("CGO_ENABLED");
        const crosses = own("GOARCH") !== undefined || (own("GOOS") ?? "linux") !== "linux";
        const cgo = said === undefined ? compiler && !crosses : said === "1";
        builds.push({ stage, base, command, at: one.region, cgo });
      }
    }
    return builds;
  });
}

/** The stages it is built on, the first of them on an image. */
function chainTo(stages: readonly DockerStage[], stage: DockerStage): readonly DockerStage[] {
  const parent = stage.parent === null ? undefined : stages[stage.parent];
  return parent === undefined ? [stage] : [...chainTo(stages, parent), stage];
}

const rootOf = (stages: readonly DockerStage[], stage: DockerStage): string | null =>
  chainTo(stages, stage)[0]?.base ?? null;
