import type { DockerInstruction, DockerStage } from "#manifest/dockerfile/read-dockerfile.js";
import { commandsOf, type ShellCommand } from "#rules/shell/shell-text.js";
import { baseName } from "#rules/subject/effective-command.js";

/** What a RUN, CMD or ENTRYPOINT starts; empty: another instruction. A here-document's text counts as its commands. */
export function commandsIn({ keyword, text, argv }: DockerInstruction): readonly ShellCommand[] {
  if (!["RUN", "CMD", "ENTRYPOINT"].includes(keyword)) return [];
  return commandsOf((argv?.join(" ") ?? text).slice(0, SCRIPT_MAX));
}

const SCRIPT_MAX = 65_536;

/** Programs that compile nothing. */
const HARMLESS = new Set(
  "addgroup adduser apk apt apt-get awk cat cd chmod chown cp curl date dnf dpkg echo env export false find getcap git grep groupadd gzip head id install ldconfig ln ls mkdir microdnf mv printf pwd rm sed set setcap sleep tail tar test touch true tzdata umask uname unset unzip update-ca-certificates update-alternatives useradd usermod wget xargs yum [".split(
    " ",
  ),
);

/** Whether a command may run the go command: directly, by a tool, or in a script that is not seen. */
export function mayBuildGo({ words: [first] }: ShellCommand): boolean {
  return first !== undefined && !HARMLESS.has(baseName(first));
}

/** The numbers of the stages that are built on this one, directly or not. */
export function stagesOn(stages: readonly DockerStage[], index: number): readonly number[] {
  const on = new Set([index]);
  for (const [i, { parent }] of stages.entries()) {
    if (parent !== null && on.has(parent)) on.add(i);
  }
  on.delete(index);
  return [...on];
}
