import { splitWords } from "#base/split-words.js";
import { toolFlags } from "#manifest/tools/tool-flags.js";
import { isGoRun } from "#rules/reload/command-parts.js";
import type { ReloadSubject } from "#rules/reload/reload-subject.js";
import { flagText } from "#rules/reload/tool-runs.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";

export const orphansKeepPort: Rule = {
  id: "HP1009",
  name: "orphans-keep-port",
  severity: "warning",
  reason: "B",
  inputs: "R",
  exports: "none",
  fix: "suggest",
  title: "Only the direct child is killed; its children keep the port.",
  why: "The shell, make or go ends, and the server it started lives on. The next one fails with “address already in use”.",
  when: "A tool that signals one process only (CompileDaemon, fresh), with a command that starts another: a shell, make, go run, a pipe or &.",
  remedy:
    "Name the binary itself, put exec before it in the shell, or take a tool that signals the whole group.",
  fires: "CompileDaemon -command=\"sh -c './app | tee log'\"",
  quiet: "CompileDaemon -command=./app",
  judge: { of: "reload", judge: judgeChildren },
};

function judgeChildren(reload: ReloadSubject): Outcome {
  const { program, tool, argv, source } = reload.use;
  if (tool === null || !tool.stop.some(({ to }) => to === "process")) return NOT_APPLICABLE;
  // fresh starts the binary it has built, without a shell.
  if (program !== "CompileDaemon") return PASS;
  const command = flagText(toolFlags(program, argv.slice(1)).flags, "-command") ?? "";
  const between = standsBetween(command);
  if (command.trim() === "") return NOT_APPLICABLE;
  if (between === null) return PASS;
  return fails({
    severity: "warning",
    at: source,
    message: `${program} ends ${between} only: the server that \`${command}\` starts keeps the port.`,
    evidence: between,
  });
}

const SHELLS = new Set(["sh", "bash", "ash", "dash"]);

/** What stands between the tool and the server; null: nothing. */
function standsBetween(command: string): string | null {
  const words = splitWords(command) ?? command.split(/\s+/);
  const name = (words[0] ?? "").split("/").at(-1) ?? "";
  if (name === "make") return "make";
  if (isGoRun(words)) return "go run";
  if (SHELLS.has(name)) {
    const script = words[words.findIndex((word) => /^-[a-z]*c$/.test(word)) + 1] ?? "";
    const last = script.split(/&&|\|\||[;\n]/).at(-1) ?? "";
    const replaced = last.trimStart().startsWith("exec ") && !hasPipe(script);
    return replaced ? null : "the shell";
  }
  return hasPipe(command) ? "the first command" : null;
}

/** A pipe or a command in the background. */
function hasPipe(script: string): boolean {
  return /[|&]/.test(script.replaceAll("&&", "").replaceAll("||", ""));
}
