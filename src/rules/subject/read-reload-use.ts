import { configTable } from "#manifest/tools/config-table.js";
import { toolOfProgram } from "#manifest/tools/find-tool.js";
import { configFileOf, readToolWords, toolInCommand } from "#manifest/tools/read-tool.js";
import type { ContainerSubject } from "./container-subject.js";
import { baseName } from "./effective-command.js";
import type { ReloadUse } from "./reload-use.js";

/** The reload tool a container's known command starts, with the configuration that was given for it. */
export function reloadUseOf(subject: ContainerSubject): ReloadUse | null {
  const { command } = subject;
  if (command.kind === "unknown") return null;
  const argv = toolInCommand(command.argv);
  if (argv === null) return null;
  const program = toolOfProgram(baseName(argv[0] ?? ""))?.name ?? "";
  const configFile = configFileOf(argv);
  const config = subject.project.readers.reloadConfig({ program, configFile });
  const read = readToolWords(argv, config, `${subject.title}'s command`);
  return {
    program,
    argv,
    isPid1: baseName(command.argv[0] ?? "") === baseName(argv[0] ?? ""),
    tool: read.ok ? read.value.tool : null,
    changes: read.ok ? read.value.changes : [],
    problems: read.ok ? read.value.problems : [read.error],
    configFile,
    config,
    table: config === null ? null : configTable(config.file, config.text),
    source: command.source,
  };
}
