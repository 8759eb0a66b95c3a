import { UserError } from "#base/user-error.js";
import { configFileOf, readTool, readToolWords, toolInCommand } from "#manifest/tools/read-tool.js";
import { readToolFile } from "#manifest/tools/tool-file.js";
import type { ToolReading } from "#manifest/tools/tool-reading.js";
import type { Container } from "#model/kube/pod.js";
import type { ReloadTool } from "#model/reload-tool.js";
import type { Reload } from "#simulate/life/life-input.js";
import { hotpodPolicy } from "./hotpod-policy.js";
import { inputError } from "./input-error.js";
import type { InputRow } from "./input-row.js";
import { readInputText } from "./load-manifests.js";

/** What reloads the service, and the rows that say so. */
export interface ChosenReload {
  /** null: nothing does; the container runs its program. */
  readonly reload: Reload | null;
  readonly rows: readonly InputRow[];
}

export interface ReloadOptions {
  /** The tool's own configuration file; null: its defaults. */
  readonly toolConfig: string | null;
  /** hotpod.yaml; null: hotpod's defaults. */
  readonly settings: string | null;
}

/** `asked`: hotpod, a known tool, a command line, a file; null: what the container's command says. */
export function chooseReload(
  asked: string | null,
  container: Container,
  options: ReloadOptions,
): ChosenReload {
  if (asked === null) return fromCommand(container, options);
  if (asked === "none") return NOTHING;
  if (asked === "hotpod") return hotpod(container, options, "--tool");
  if (/\.(ya?ml|json)$/.test(asked)) return fromFile(asked);
  const config = options.toolConfig ?? configFileOf(asked.split(/\s+/));
  const read = readTool(asked, config === null ? null : configOf(config), "--tool");
  if (!read.ok) throw inputError("reload-tool", [read.error]);
  return chosen(read.value, "--tool");
}

const NOTHING: ChosenReload = {
  reload: null,
  rows: [{ name: "tool", value: "none: the container runs its program", source: "--tool" }],
};

function fromCommand(container: Container, options: ReloadOptions): ChosenReload {
  const command = [...(container.command ?? []), ...(container.args ?? [])];
  if (command.some((word) => /(^|\/)hotpod$/.test(word))) {
    return hotpod(container, options, "the container's command");
  }
  const words = toolInCommand(command);
  if (words === null) {
    const source =
      command.length === 0
        ? "the image's own command is not known"
        : "the container's command names none";
    return { reload: null, rows: [{ name: "tool", value: "none", source }] };
  }
  const named = configFileOf(words);
  const config = options.toolConfig === null ? null : configOf(options.toolConfig);
  const read = readToolWords(words, config, "the container's command");
  if (!read.ok) throw inputError("reload-tool", [read.error]);
  const inImage =
    config === null && named !== null
      ? [
          {
            name: named,
            value: "not read: it is in the image",
            source: "give it with --tool-config",
          },
        ]
      : [];
  const found = chosen(read.value, "the container's command");
  return { ...found, rows: [...found.rows, ...inImage] };
}

function hotpod(container: Container, options: ReloadOptions, source: string): ChosenReload {
  const settings =
    options.settings === null
      ? null
      : { file: options.settings, text: readInputText(options.settings) };
  const { policy, rows } = hotpodPolicy(container, settings);
  return {
    reload: { kind: "hotpod", policy },
    rows: [{ name: "tool", value: "hotpod", source }, ...rows],
  };
}

function fromFile(file: string): ChosenReload {
  const read = readToolFile(readInputText(file), file);
  if (!read.ok) throw inputError("reload-tool", read.error);
  return chosen({ tool: read.value, changes: [], problems: [] }, file);
}

function chosen({ tool, changes, problems }: ToolReading, source: string): ChosenReload {
  if (problems.length > 0) throw inputError("reload-tool", problems);
  return {
    reload: { kind: "tool", tool },
    rows: [{ name: "tool", value: toolTitle(tool), source }, ...changes],
  };
}

const toolTitle = ({ name, versions }: ReloadTool): string => `${name} ${versions}`;

const configOf = (file: string) => ({ file, text: readInputText(file) });

/** For a plan with saves that nothing would act on. */
export function noTool(): UserError {
  return new UserError({
    code: "no-reload-tool",
    message: "there are saves, and nothing that would reload the service",
    hint: "Say what does: --tool air, --tool hotpod, --tool 'reflex -s -- …', or a file; see hotpod simulate --help.",
  });
}
