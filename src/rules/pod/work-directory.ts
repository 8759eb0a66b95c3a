import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** Where the go command works before it moves its output: GOTMPDIR, else TMPDIR, else /tmp. */
export function workDirectory(subject: ContainerSubject): string {
  return subject.env("GOTMPDIR") ?? subject.env("TMPDIR") ?? "/tmp";
}
