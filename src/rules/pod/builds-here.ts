import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** Whether a reload compiles in this very container. hotpod's recipes `artifact` and `none` compile nothing. */
export function buildsHere({ isManaged, settings, reload }: ContainerSubject): boolean {
  if (isManaged) return settings?.recipe === "go" || settings?.recipe === "command";
  return reload?.tool?.builds === true && buildCommand(reload.argv, reload.program);
}

/** air and CompileDaemon always build; tools that run a command build when the command does. */
function buildCommand(argv: readonly string[], program: string): boolean {
  if (["air", "CompileDaemon", "fresh"].includes(program)) return true;
  return /\b(go\s+(build|run|install|test)|make|cargo|gcc|tsc|npm\s+run\s+build)\b/.test(
    argv.join(" "),
  );
}
