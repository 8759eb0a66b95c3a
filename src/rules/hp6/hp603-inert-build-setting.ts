import { imagesOf } from "#rules/image/images.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { Project } from "#rules/subject/project.js";

export const inertBuildSetting: Rule = {
  id: "HP603",
  name: "inert-build-setting",
  severity: "info",
  reason: "O",
  inputs: "D,W?",
  exports: "none",
  fix: "none",
  title: "This setting does nothing where it stands.",
  why: "CGO_ENABLED decides at the build, not in the image that only runs the program; GONOSUMCHECK is unknown to the go command; -insecure in GOFLAGS is ignored by a build.",
  when: "ENV CGO_ENABLED in a final stage that runs no go command and no reload tool; GONOSUMCHECK, or GOFLAGS with -insecure, anywhere.",
  remedy: "Delete the line.",
  fires: "FROM alpine and ENV CGO_ENABLED=0.",
  quiet: "the same in a stage that builds.",
  judge: { of: "project", judge: judgeSettings },
};

const BUILDS =
  /\bgo\s+(build|install|run|test|generate)\b|\b(air|CompileDaemon|reflex|wgo|fresh|hotpod)\b|\bmake\b/;

function judgeSettings(project: Project): Outcome {
  if (project.dockerfiles.length === 0) return NOT_APPLICABLE;
  const finals = new Set(imagesOf(project).map(({ stage }) => stage));
  const faults = project.dockerfiles.flatMap(({ stages }) =>
    stages.flatMap((stage) => {
      const commands = stage.instructions
        .filter(({ keyword }) => ["RUN", "CMD", "ENTRYPOINT"].includes(keyword))
        .map(({ text, argv }) => argv?.join(" ") ?? text)
        .join("\n");
      const builds = BUILDS.test(commands);
      return stage.instructions.flatMap(({ keyword, text, region }) => {
        if (keyword !== "ENV" && keyword !== "ARG") return [];
        const why = reasonOf(text, finals.has(stage) && !builds);
        return why === null
          ? []
          : [
              {
                severity: "info" as const,
                at: { kind: "text" as const, region },
                message: why,
                evidence: text,
              },
            ];
      });
    }),
  );
  return faults.length === 0 ? PASS : fails(...faults);
}

function reasonOf(text: string, onlyRuns: boolean): string | null {
  if (/\bGONOSUMCHECK\b/.test(text)) return "GONOSUMCHECK is unknown to the go command.";
  if (/\bGOFLAGS\b.*-insecure\b/.test(text)) return "A build ignores -insecure in GOFLAGS.";
  return onlyRuns && /\bCGO_ENABLED\b/.test(text)
    ? "CGO_ENABLED decides at the build, and nothing is built in this stage."
    : null;
}
