import type { ReloadSubject } from "./reload-subject.js";

/** A script of which nothing says whether it builds: what would say it; null: the command shows what it does. */
export function hiddenScript({ use }: ReloadSubject): string | null {
  const said = use.changes.findLast(({ name }) => /^(runs|builds)\b/.test(name));
  if (said?.name !== "runs a script, taken to build") return null;
  return `what \`${said.value}\` does: name the build in the tool's own command`;
}
