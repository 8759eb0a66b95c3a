import { joinPath } from "#base/join-path.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { workFolder } from "#rules/subject/hot-paths.js";

/** The annotation that claims a file or a key takes effect without a restart. */
export const HOT_CONFIG_ANNOTATION = "hotpod.dev/hot-config";

/** Absolute paths that something in the container watches, or that the annotation `hotpod.dev/hot-config` claims to be hot. */
export function watchedPaths(subject: ContainerSubject): readonly string[] {
  const folder = workFolder(subject) ?? "/";
  const claimed = (subject.workload.annotations[HOT_CONFIG_ANNOTATION] ?? "")
    .split(/[\s,]+/)
    .filter((path) => path.startsWith("/"));
  const settings = subject.settings?.watch ?? [];
  return [...claimed, ...settings, ...inotifyPaths(subject)].map((path) => joinPath(folder, path));
}

/** The paths of an `inotifywait` in the container's command. */
function inotifyPaths({ command }: ContainerSubject): string[] {
  if (command.kind === "unknown") return [];
  const text = command.argv.join(" ");
  const found: string[] = [];
  for (const [, rest = ""] of text.matchAll(/\binotifywait\b([^|;&\n]*)/g)) {
    const words = rest.trim().split(/\s+/);
    for (const word of words) if (word.startsWith("/")) found.push(word.replace(/["')]+$/, ""));
  }
  return found;
}
