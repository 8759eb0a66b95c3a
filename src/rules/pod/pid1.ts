import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { baseName } from "#rules/subject/effective-command.js";

/** What stands in front of a program and stays as process 1. */
const INITS = new Set(["tini", "dumb-init", "catatonit", "s6-svscan", "su-exec", "gosu"]);

/** Process 1's program, without its folder. null: the command is not known. */
export function pid1Program({ command }: ContainerSubject): string | null {
  if (command.kind === "unknown") return null;
  const [first = "", ...rest] = command.argv;
  const name = baseName(first);
  // These replace themselves by what follows.
  if (name === "exec" || name === "env") {
    return baseName(rest.find((word) => !word.startsWith("-") && !/^\w+=/.test(word)) ?? "");
  }
  return name;
}

export const isInitProgram = (name: string): boolean => INITS.has(name);

/** Another process is process 1: the pause process, or the node's. */
export function sharesPids({ workload }: ContainerSubject): boolean {
  const { shareProcessNamespace } = workload.workload.template.spec;
  return shareProcessNamespace || workload.rawSpec.hostPID === true;
}
