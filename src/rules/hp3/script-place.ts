import type { DocumentPath } from "#manifest/text/position-of.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** A script in a container's command or arguments. */
export interface ScriptPlace {
  /** From the container. */
  readonly inside: DocumentPath;
  readonly script: string;
}

/** The word behind `-c`; null: there is none. */
export function scriptPlace({ container }: ContainerSubject): ScriptPlace | null {
  const { command, args } = container;
  if (command === null) return null;
  const argv = [...command, ...(args ?? [])];
  const at = argv.findIndex((word) => /^-[a-z]*c$/.test(word)) + 1;
  const script = argv[at];
  if (at === 0 || script === undefined) return null;
  const inside = at < command.length ? ["command", at] : ["args", at - command.length];
  return { inside, script };
}
