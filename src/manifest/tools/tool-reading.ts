import type { InputProblem } from "#manifest/input-problem.js";
import type { ReloadTool } from "#model/reload-tool.js";

/** A fact that a tool's configuration or command line changed. */
export interface ToolChange {
  /** As its owner writes it: `build.kill_delay`, `-graceful-kill`. */
  readonly name: string;
  readonly value: string;
  /** `.air.toml:12:1`, `--tool`, `the container's command`. */
  readonly source: string;
}

export interface ToolReading {
  readonly tool: ReloadTool;
  readonly changes: readonly ToolChange[];
  readonly problems: readonly InputProblem[];
}

/** Gathers what a configuration changes; where something cannot be read, the tool stays as it was. */
export interface ToolDraft {
  readonly reading: () => ToolReading;
  change(name: string, value: string, source: string, facts: Partial<ReloadTool>): void;
  complain(where: string, what: string, hint: string): void;
  readonly tool: () => ReloadTool;
}

export function toolDraft(before: ReloadTool): ToolDraft {
  let tool = before;
  const changes: ToolChange[] = [];
  const problems: InputProblem[] = [];
  return {
    reading: () => ({ tool, changes, problems }),
    change: (name, value, source, facts) => {
      tool = { ...tool, ...facts };
      changes.push({ name, value, source });
    },
    complain: (where, what, hint) => {
      problems.push({ where, what, hint });
    },
    tool: () => tool,
  };
}
