import { goVersionOf } from "#manifest/dockerfile/image-reference.js";
import { folderOf } from "#rules/image/go-mod.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
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
  when: "The go line of the go.mod beside a Dockerfile is newer than the Go of its golang image (error), or the Dockerfile sets GOTOOLCHAIN=auto (warning).",
  remedy: "Raise the tag of the golang image.",
  fires: "go 1.23 on golang:1.22.",
  quiet: "go 1.21 on golang:1.22; a newer toolchain line alone.",
  judge: { of: "project", judge: judgeBuilders },
};

function judgeBuilders({ dockerfiles, goMods }: Project): Outcome {
  return together(
    dockerfiles.map(({ file, stages }) => {
      const builders = stages.filter(
        ({ base }) => base !== null && /(^|\/)golang(:|@|$)/.test(base),
      );
      if (builders.length === 0) return NOT_APPLICABLE;
      const mod = goMods.find((one) => folderOf(one.file) === folderOf(file));
      if (mod === undefined) return open("G", `go.mod beside ${file}`);
      const wanted = goLine(mod);
      const stage = builders.find(({ base }) => goVersionOf(base ?? "") !== null);
      const has = goVersionOf(stage?.base ?? "");
      if (stage === undefined || has === null)
        return open("D", "a tag of golang with its minor version");
      if (wanted === null || !isNewer(wanted.version, has)) return PASS;
      const auto = stage.instructions.some(
        ({ keyword, text }) => keyword === "ENV" && /GOTOOLCHAIN=auto/.test(text),
      );
      return fails({
        severity: auto ? "warning" : "error",
        at: { kind: "text", region: stage.region },
        message: auto
          ? `The go.mod asks for Go ${wanted.version}, and the builder downloads it at build time because it has ${has}.`
          : `The go.mod asks for Go ${wanted.version}, and the builder has ${has}.`,
        related: [
          {
            source: {
              kind: "text",
              region: {
                file: mod.file,
                line: wanted.line,
                column: 1,
                endLine: wanted.line,
                endColumn: 4,
              },
            },
            message: `It asks for Go ${wanted.version} here.`,
          },
        ],
      });
    }),
  );
}

function goLine({ text }: ConfigText): { version: string; line: number } | null {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => /^go\s+\d/.test(line));
  const version = /^go\s+([\d.]+)/.exec(lines[index] ?? "")?.[1];
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
