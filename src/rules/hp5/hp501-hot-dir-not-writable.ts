import { suggestedFix } from "#rules/fix/set-field.js";
import { isWrittenByKubelet, mountOf } from "#rules/pod/mounts.js";
import { type WritePath, writePaths } from "#rules/pod/write-paths.js";
import type { Change } from "#rules/rule/fix.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS, together } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

export const hotDirNotWritable: Rule = {
  id: "HP501",
  name: "hot-dir-not-writable",
  severity: "error",
  reason: "B",
  inputs: "W,(R|H)",
  exports: "KVR@",
  fix: "suggest",
  title: "The reloader cannot write where it builds.",
  why: "A read-only root file system is a good thing to have; a build, its cache and its temporary files then need volumes of their own. Without them the first reload fails.",
  when: "The folder of the output, air's tmp_dir, hotpod's store, GOCACHE or Go's work directory lies on a read-only root file system, on a readOnly mount, or on a ConfigMap or Secret.",
  remedy: "Keep readOnlyRootFilesystem and add an emptyDir for each of these folders.",
  fires: "readOnlyRootFilesystem with air's default ./tmp.",
  quiet: "the same with an emptyDir on /app/tmp, /tmp and GOCACHE.",
  judge: { of: "container", judge: judgeFolders },
};

function judgeFolders(subject: ContainerSubject): Outcome {
  if (!subject.isHot) return NOT_APPLICABLE;
  const readOnlyRoot = fieldsOf(subject.raw.securityContext).readOnlyRootFilesystem === true;
  const { paths, unknown } = writePaths(subject);
  const stuck = paths.flatMap((path) => {
    const why = reasonOf(subject, path, readOnlyRoot);
    return why === null ? [] : [{ ...path, why }];
  });
  const missing = readOnlyRoot ? unknown.map((what) => open("R", what)) : [];
  const [first] = stuck;
  if (first === undefined) return missing.length > 0 ? together(missing) : PASS;
  const onRoot = stuck.filter(({ why }) => why === ROOT);
  const list = stuck.map(({ folder, what }) => `${what} in ${folder}`).join(", ");
  return fails({
    severity: "error",
    at: readOnlyRoot
      ? subject.at("securityContext", "readOnlyRootFilesystem")
      : subject.at("volumeMounts"),
    message: `A reload cannot write ${list}: ${first.why}.`,
    ...(onRoot.length === stuck.length ? { fix: volumesFor(subject, onRoot) } : {}),
  });
}

const ROOT = "the root file system is read-only";

function reasonOf(
  subject: ContainerSubject,
  { folder }: WritePath,
  readOnlyRoot: boolean,
): string | null {
  const mounted = mountOf(subject, folder);
  if (mounted === null) return readOnlyRoot ? ROOT : null;
  if (mounted.mount.readOnly) return `the mount at ${mounted.mount.mountPath} is read-only`;
  return isWrittenByKubelet(mounted)
    ? `${mounted.mount.mountPath} is written by the kubelet alone`
    : null;
}

/** What the image holds there is not known, and an empty volume would hide it: so it is for a person to decide. */
function volumesFor(subject: ContainerSubject, paths: readonly WritePath[]) {
  const { object, templatePath, workload } = subject.workload;
  const taken = new Set(workload.template.spec.volumes.map(({ name }) => name));
  const { document } = object;
  const changes = paths.flatMap(({ folder }): Change[] => {
    const name = freeName(folder, taken);
    taken.add(name);
    return [
      {
        kind: "append",
        document,
        path: [...templatePath, "spec", "volumes"],
        value: { name, emptyDir: {} },
      },
      {
        kind: "append",
        document,
        path: [...subject.path, "volumeMounts"],
        value: { name, mountPath: folder },
      },
    ];
  });
  return suggestedFix(`an emptyDir on ${paths.map(({ folder }) => folder).join(", ")}`, ...changes);
}

function freeName(folder: string, taken: ReadonlySet<string>): string {
  const base =
    folder
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(-40) || "root";
  for (let n = 1; ; n++) {
    const name = n === 1 ? base.replace(/^-/, "") : `${base}-${n}`;
    if (!taken.has(name)) return name;
  }
}
