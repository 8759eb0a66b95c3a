import type { Change } from "#rules/rule/fix.js";
import type { ReloadSubject } from "./reload-subject.js";

/**
 * Puts flags behind the tool's own word in the container's command. null: the words do not stand in the manifest one by one, as
 * in a shell's script, or there is no container.
 */
export function insertFlags(reload: ReloadSubject, flags: readonly string[]): Change | null {
  const place = wordPlace(reload, 0);
  if (place === null) return null;
  const { list, words, index } = place;
  const value = [...words.slice(0, index + 1), ...flags, ...words.slice(index + 1)];
  return { kind: "set", document: place.document, path: [...place.path, list], value };
}

/** `index`: of the word among the tool's own. */
export function replaceWord(reload: ReloadSubject, index: number, word: string): Change | null {
  const place = wordPlace(reload, index);
  if (place === null) return null;
  const { document, path, list } = place;
  return { kind: "set", document, path: [...path, list, place.index], value: word };
}

function wordPlace({ container, use }: ReloadSubject, index: number) {
  if (container === null || container.command.kind === "unknown") return null;
  const { argv } = container.command;
  const offset = argv.length - use.argv.length;
  if (offset < 0 || use.argv.some((word, i) => argv[offset + i] !== word)) return null;
  const command = container.container.command ?? [];
  const args = container.container.args ?? [];
  const at = offset + index;
  const inArgs = at >= command.length;
  return {
    document: container.workload.object.document,
    path: container.path,
    list: inArgs ? "args" : "command",
    words: inArgs ? args : command,
    index: inArgs ? at - command.length : at,
  };
}
