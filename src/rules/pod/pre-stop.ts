import { splitWords } from "#base/split-words.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** How long a preStop hook takes, in seconds. null: it cannot be told from the manifest. 0 without a hook. */
export function preStopSeconds({ container }: ContainerSubject): number | null {
  const hook = container.lifecycle.preStop;
  if (hook === null) return 0;
  if (hook.kind === "sleep") return hook.seconds;
  return hook.kind === "exec" ? sleepOf(hook.command) : null;
}

/** `sleep 5`, `sh -c 'sleep 5'`: a literal sleep and nothing else. */
export function sleepOf(command: readonly string[]): number | null {
  const [first = "", second = "", third] = command;
  if (/(^|\/)(ba|a|da)?sh$/.test(first) && second === "-c" && third !== undefined) {
    return command.length === 3 ? sleepOf(splitWords(third) ?? []) : null;
  }
  const isSleep = /(^|\/)sleep$/.test(first) && command.length === 2;
  const match = isSleep ? /^(\d+(?:\.\d+)?)([smh]?)$/.exec(second) : null;
  if (match === null) return null;
  const unit = { "": 1, s: 1, m: 60, h: 3600 }[match[2] ?? ""] ?? 1;
  return Number(match[1]) * unit;
}
