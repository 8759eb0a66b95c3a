import { imagesOf } from "#rules/image/images.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
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
  when: "A Dockerfile's go build has -buildvcs=false, or names *.go files instead of a package, and no label org.opencontainers.image.revision says the commit.",
  remedy:
    "Build a package with -buildvcs=true, with .git and git in the builder; or set the label org.opencontainers.image.revision.",
  fires: "go build -buildvcs=false",
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
    stages.flatMap(({ instructions }) =>
      instructions.filter(({ keyword, text }) => keyword === "RUN" && /\bgo\s+build\b/.test(text)),
    ),
  );
  if (builds.length === 0) return NOT_APPLICABLE;
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
  return faults.length === 0 || labelled ? PASS : fails(...faults);
}
