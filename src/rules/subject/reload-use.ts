import type { InputProblem } from "#manifest/input-problem.js";
import type { Source } from "#manifest/text/source.js";
import type { ToolChange } from "#manifest/tools/tool-reading.js";
import type { ReloadTool } from "#model/reload-tool.js";
import type { ConfigText } from "./project.js";

/** A reload tool in a container's command. */
export interface ReloadUse {
  /** `air`, `reflex`: as the table of tools names it. */
  readonly program: string;
  /** From the tool's own word on. */
  readonly argv: readonly string[];
  /** The container's process 1 is the tool itself, not a shell or an init that stays before it. */
  readonly isPid1: boolean;
  /** What it does, with its configuration and command line laid over its defaults; null: cannot be read. */
  readonly tool: ReloadTool | null;
  readonly changes: readonly ToolChange[];
  readonly problems: readonly InputProblem[];
  /** The configuration file its command line names. */
  readonly configFile: string | null;
  /** The file that was given for it; null: what is known is its defaults and its command line. */
  readonly config: ConfigText | null;
  /** Of the file, parsed: TOML and JSON tables; null without one or when it is of another kind. */
  readonly table: Readonly<Record<string, unknown>> | null;
  /** The command that names it. */
  readonly source: Source;
}
