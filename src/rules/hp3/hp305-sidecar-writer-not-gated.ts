import { joinPath } from "#base/join-path.js";
import { mountOf } from "#rules/pod/mounts.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import { commandsIn } from "#rules/shell/shell-text.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { workFolder } from "#rules/subject/hot-paths.js";

export const sidecarWriterNotGated: Rule = {
  id: "HP305",
  name: "sidecar-writer-not-gated",
  severity: "error",
  reason: "a",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The main container may start before the sidecar has built the binary.",
  why: "A sidecar without a startupProbe counts as started as soon as it runs, and regular containers start together. The program that is not there yet ends with exit code 127 or 128, and the container backs off.",
  when: "A reload tool in a sidecar (or in another regular container) builds a file that a regular container runs from the same volume, and no startupProbe of the sidecar says when it is there.",
  remedy:
    "Make the builder a sidecar with a startupProbe that succeeds when the first build is there.",
  fires: "a sidecar that builds, without startupProbe.",
  quiet: "a main script that waits for the file.",
  judge: { of: "container", judge: judgeWriter },
};

function judgeWriter(subject: ContainerSubject): Outcome {
  if (subject.isInit || !subject.isHot || subject.isManaged) return NOT_APPLICABLE;
  const readers = subject.workload.running.filter((one) => one !== subject && !one.isSidecar);
  const found = readers.find((reader) =>
    subject.hotPaths.files.some(({ path }) => runsFile(reader, subject, path)),
  );
  if (found === undefined) return NOT_APPLICABLE;
  if (subject.isSidecar && subject.probe("startup") !== null) return PASS;
  return fails({
    severity: "error",
    at: subject.isSidecar ? subject.at("name") : subject.at("name"),
    message: `Container ${found.name} runs what ${subject.name} builds, and may start before it is there.`,
    related: [{ source: found.at("command"), message: "This runs it." }],
  });
}

/** The other container's program is the file, seen through its own mount of the volume; a script may wait for it. */
function runsFile(reader: ContainerSubject, writer: ContainerSubject, path: string): boolean {
  if (reader.command.kind === "unknown") return false;
  const [first, ...more] = commandsIn(reader.command.argv);
  const program = first?.words[0];
  if (program === undefined || more.length > 0) return false;
  const target = joinPath(workFolder(reader) ?? "/", program);
  const [from, to] = [mountOf(writer, path), mountOf(reader, target)];
  if (from === null || to === null || from.mount.name !== to.mount.name) return false;
  return path.slice(from.mount.mountPath.length) === target.slice(to.mount.mountPath.length);
}
