import type { Source } from "#manifest/text/source.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const buildMayChangeModules: Rule = {
  id: "HP604",
  name: "build-may-change-modules",
  severity: "error",
  reason: "V",
  lessInDev: true,
  inputs: "D|R|W",
  exports: "none",
  fix: "none",
  title: "The build may pick other module versions than the ones committed.",
  why: "go.sum pins what is built; -mod=mod lets the build write another go.mod and go.sum, and go get and go mod tidy choose anew. Two generations of one pod may then differ in their dependencies.",
  when: "-mod=mod in GOFLAGS or a build, or go get or go mod tidy, in a Dockerfile, a container's variables or the command of a reload tool.",
  remedy:
    "Leave -mod at readonly, which is the default, or use -mod=vendor; go mod download and go install tool@v1.2.3 change nothing.",
  fires: "ENV GOFLAGS=-mod=mod",
  quiet: "go mod download; go install tool@v1.2.3.",
  judge: { of: "project", judge: judgeBuilds },
};

const CHANGES = /(-mod[= ]mod)\b|\b(go\s+get|go\s+mod\s+tidy)\b/;

function judgeBuilds(project: Project): Outcome {
  const texts = [...dockerTexts(project), ...containerTexts(project)];
  if (texts.length === 0) return NOT_APPLICABLE;
  const faults = texts.flatMap(({ text, at }) => {
    const found = CHANGES.exec(text.slice(0, 65_536));
    const what = found?.[1] ?? found?.[2];
    if (what === undefined) return [];
    const message = `With ${what} the build may take other modules than go.sum names.`;
    return [{ severity: "error" as const, at, message, evidence: what }];
  });
  return faults.length === 0 ? PASS : fails(...faults);
}

function dockerTexts({ dockerfiles }: Project): { text: string; at: Source }[] {
  return dockerfiles.flatMap(({ stages }) =>
    stages.flatMap(({ instructions }) =>
      instructions
        .filter(({ keyword }) => keyword === "RUN" || keyword === "ENV")
        .map(({ text, region }) => ({ text, at: { kind: "text" as const, region } })),
    ),
  );
}

function containerTexts({ workloads }: Project): { text: string; at: Source }[] {
  return workloads
    .flatMap(({ running }) => running)
    .flatMap((subject) => [
      ...subject.container.env.flatMap(({ name, value }, index) =>
        name === "GOFLAGS" && value !== null
          ? [{ text: value, at: subject.at("env", index, "value") }]
          : [],
      ),
      ...(subject.reload !== null && subject.container.command !== null
        ? [{ text: subject.reload.argv.join(" "), at: subject.at("command") }]
        : []),
    ]);
}
