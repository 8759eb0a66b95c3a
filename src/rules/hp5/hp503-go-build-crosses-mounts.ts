import { safeFix } from "#rules/fix/set-field.js";
import { buildsHere } from "#rules/pod/builds-here.js";
import { mountOf } from "#rules/pod/mounts.js";
import { workDirectory } from "#rules/pod/work-directory.js";
import { fails, NOT_APPLICABLE, type Outcome, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

export const goBuildCrossesMounts: Rule = {
  id: "HP503",
  name: "go-build-crosses-mounts",
  severity: "warning",
  reason: "a",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "safe",
  title: "`go build -o` writes in place because its work directory is on another file system.",
  why: 'The go command renames its output from the work directory when it can; else it removes the target and copies. Whoever starts the file meanwhile gets "text file busy" or half a program.',
  when: "The output and GOTMPDIR (else TMPDIR, else /tmp) lie on different mount points.",
  remedy: "Set GOTMPDIR to a folder beside the output.",
  fires: "-o /app/tmp/main on an emptyDir with /tmp on the root file system.",
  quiet: "everything on the root file system; an output with a new name for each build.",
  judge: { of: "container", judge: judgeOutput },
};

function judgeOutput(subject: ContainerSubject): Outcome {
  const { hotPaths } = subject;
  if (!subject.isHot || subject.isManaged || !buildsHere(subject)) return NOT_APPLICABLE;
  if (hotPaths.replacedBy === "rename") return PASS;
  if (hotPaths.replacedBy !== "in-place") return NOT_APPLICABLE;
  const work = workDirectory(subject);
  const crossing = hotPaths.files.find(
    ({ path }) => mountOf(subject, path)?.index !== mountOf(subject, work)?.index,
  );
  if (crossing === undefined) return PASS;
  // The go command does not make the folder, so only one that is there for certain is named: the mount's own.
  const folder = mountOf(subject, crossing.path)?.mount.mountPath ?? null;
  const { document } = subject.workload.object;
  const isSet = subject.container.env.some(({ name }) => name === "GOTMPDIR");
  return fails({
    severity: "warning",
    at: crossing.source,
    message: `The build works in ${work} and writes ${crossing.path} on another mount point, so it copies instead of renaming.`,
    ...(isSet || folder === null
      ? {}
      : {
          fix: safeFix(`GOTMPDIR: ${folder}`, {
            kind: "append",
            document,
            path: [...subject.path, "env"],
            value: { name: "GOTMPDIR", value: folder },
          }),
        }),
  });
}
