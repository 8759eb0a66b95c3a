import type { ToolDraft } from "./tool-reading.js";

/** Whether the tool's command builds: what it names, or a script, which is taken to. */
export function applyCommand(draft: ToolDraft, command: readonly string[], where: string): void {
  const found = commandBuilds(command);
  const shown = command.join(" ");
  if (found === "runs") draft.change("runs", shown, where, { builds: false });
  else if (found === "builds") draft.change("builds and runs", shown, where, { builds: true });
  else draft.change("runs a script, taken to build", shown, where, { builds: true });
}

/** Programs that make another one. */
const BUILDERS =
  /(^|[\s;&|(/])(go\s+(build|run|install|generate|test)|make|cargo|tsc|esbuild|webpack|vite|mvn|gradle|gradlew|bazel|ninja|cmake|dotnet|javac|g\+\+|gcc|clang|templ|npm\s+run|yarn|pnpm)(\s|$)/;

/** Whether a reload tool's command builds before it runs: by what it names; a script may build without saying so. */
function commandBuilds(command: readonly string[]): "builds" | "runs" | "script" {
  const text = command.join(" ");
  if (BUILDERS.test(text)) return "builds";
  const program = command.find((word) => !/^(exec|env|sh|bash|ash|-c|\w+=.*)$/.test(word)) ?? "";
  return /\.sh(\s|$)/.test(program) || /&&|;/.test(text) ? "script" : "runs";
}
