import type { DockerfileReading, DockerInstruction } from "#manifest/dockerfile/read-dockerfile.js";
import { safeFix } from "#rules/fix/set-field.js";
import type { BinaryFacts } from "#rules/image/artifacts.js";
import { firstFixes } from "#rules/image/docker-edit.js";
import { buildsAndStarts } from "#rules/reload/outputs.js";
import { type ReloadSubject, reloadSubjects } from "#rules/reload/reload-subject.js";
import {
  airSetting,
  configMissing,
  settingChange,
  settingSource,
} from "#rules/reload/tool-setting.js";
import type { Fix } from "#rules/rule/fix.js";
import {
  type Fault,
  fails,
  NOT_APPLICABLE,
  type Outcome,
  PASS,
  together,
} from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const buildNotReproducible: Rule = {
  id: "HP609",
  name: "build-not-reproducible",
  severity: "info",
  reason: "V",
  inputs: "D|R|S|B",
  exports: "none",
  fix: "safe",
  title: "The same source gives a different binary each time.",
  why: "Nobody can prove then, by building it again, that an image was made of the source it names.",
  when: "A Dockerfile or a reload tool runs go build without -trimpath, or a Dockerfile puts the date or a random value into it by -ldflags -X.",
  remedy: "Add -trimpath, and keep the time in a label of the image.",
  fires: 'go build -ldflags "-X main.build=$(date +%s)"',
  quiet: 'go build -trimpath -ldflags "-X main.version=$TAG"',
  judge: { of: "project", judge: judgeBuilds },
};

function judgeBuilds(project: Project): Outcome {
  return together([
    judgeDockerfiles(project),
    ...reloadSubjects(project).map(judgeReload),
    ...project.binaries.map(judgeBinary),
  ]);
}

function judgeBinary({ file, goVersion, settings }: BinaryFacts): Outcome {
  if (goVersion === null) return NOT_APPLICABLE;
  if (settings["-trimpath"] === "true") return PASS;
  return fails({
    severity: "info",
    at: { kind: "said", by: `--binary ${file}` },
    message: `${"`"}${file}${"`"} was built without -trimpath: it holds the folder it was built in.`,
    evidence: `${file} path`,
  });
}

/** What a reload compiles is as little the image's as the folder it is built in. */
function judgeReload(reload: ReloadSubject): Outcome {
  const isAir = reload.use.program === "air";
  if (isAir && airSetting(reload, "build", "cmd") === null && configMissing(reload) !== null) {
    return NOT_APPLICABLE;
  }
  const build = buildsAndStarts(reload).find((one) => BUILD.test(one.build ?? ""))?.build ?? null;
  if (build === null) return NOT_APPLICABLE;
  const always = /-trimpath\b/.test(reload.container?.env("GOFLAGS") ?? "");
  const better = withTrimpath(build.slice(0, 4_096));
  if (always || better === build) return PASS;
  const change = isAir ? settingChange(reload, "build", "cmd", better) : null;
  return fails({
    severity: "info",
    at: isAir ? settingSource(reload, "build", "cmd") : reload.use.source,
    message: "Without -trimpath what a reload builds holds the folder it was built in.",
    evidence: "reload path",
    ...(change === null ? {} : { fix: safeFix("go build -trimpath", change) }),
  });
}

function judgeDockerfiles({ dockerfiles }: Project): Outcome {
  const builds = dockerfiles.map((reading) => ({
    reading,
    runs: reading.stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ keyword, text }) => keyword === "RUN" && BUILD.test(text)),
  }));
  if (builds.every(({ runs }) => runs.length === 0)) return NOT_APPLICABLE;
  const faults = builds.flatMap(({ reading, runs }) => {
    const always = reading.text.split("\n").some(setsTrimpath);
    return firstFixes(runs.flatMap((run) => judgeRun(reading, run, always)));
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

function setsTrimpath(line: string): boolean {
  const at = line.indexOf("GOFLAGS");
  return at >= 0 && line.includes("-trimpath", at);
}

function judgeRun(reading: DockerfileReading, run: DockerInstruction, always: boolean): Fault[] {
  const at = { kind: "text" as const, region: run.region };
  const text = run.text.slice(0, 4_096);
  const found: Fault[] = [];
  if (DATED.test(text)) {
    const message = "The build puts the time into the program, so no two builds are the same.";
    found.push({ severity: "info", at, message, evidence: "time" });
  }
  if (!always && withTrimpath(text) !== text) {
    const message = "Without -trimpath the program holds the folder it was built in.";
    found.push({ severity: "info", at, message, evidence: "path", ...trimpathFix(reading, run) });
  }
  return found;
}

const BUILD = /\bgo\s+build\b/;
const DATED =
  /-X[= ][^"'\n]*(\$\(date(?![^)]*SOURCE_DATE_EPOCH)|`date|BUILD_?TIME|BUILD_?DATE|\$RANDOM|uuidgen)/i;

/** Every `go build` up to the next command. */
function withTrimpath(text: string): string {
  return text.replace(
    /\bgo\s+build\b([^;&|\n\\]*(?:\\[ \t]*\r?\n[^;&|\n\\]*)*)/g,
    (whole, flags: string) =>
      /-trimpath\b/.test(flags) ? whole : whole.replace(BUILD, (build) => `${build} -trimpath`),
  );
}

/** Nothing but paths inside the program changes. */
function trimpathFix(
  { file, text }: DockerfileReading,
  { start, end }: DockerInstruction,
): { readonly fix?: Fix } {
  const before = text.slice(start, end);
  const newText = withTrimpath(before);
  if (newText === before) return {};
  return { fix: safeFix("go build -trimpath", { kind: "text", file, text, start, end, newText }) };
}
