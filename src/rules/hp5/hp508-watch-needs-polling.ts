import { safeFix } from "#rules/fix/set-field.js";
import { type MountedAt, mountOf } from "#rules/pod/mounts.js";
import { settingChange } from "#rules/reload/tool-setting.js";
import { fails, NOT_APPLICABLE, type Outcome, open, PASS } from "#rules/rule/outcome.js";
import type { Rule } from "#rules/rule/rule.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";
import { workFolder } from "#rules/subject/hot-paths.js";

export const watchNeedsPolling: Rule = {
  id: "HP508",
  name: "watch-needs-polling",
  severity: "warning",
  reason: "B",
  inputs: "W,R,N?",
  exports: "KVR@",
  fix: "safe",
  title: "File events do not cross this file system.",
  why: "inotify tells of changes that go through this kernel's mount. What others write to NFS, SMB or a node's overlay is not told, so a save starts nothing.",
  when: "A reload tool watches a folder on a network volume (nfs, azureFile, cephfs, or a CSI driver of remoteFsDrivers) and does not poll.",
  remedy:
    "air: poll = true; CompileDaemon -polling; wgo -poll; nodemon -L. reflex and fresh cannot poll. hotpod does so by itself.",
  fires: "source on NFS with air's defaults.",
  quiet: "an emptyDir that a sidecar fills: the kernel is the same.",
  judge: { of: "container", judge: judgeWatch },
};

const NETWORK = new Set(["nfs", "azureFile", "cephfs", "glusterfs", "smb"]);

function judgeWatch(subject: ContainerSubject): Outcome {
  const { reload } = subject;
  if (reload === null) return NOT_APPLICABLE;
  const folder = workFolder(subject);
  if (folder === null) return NOT_APPLICABLE;
  const mounted = mountOf(subject, folder);
  const where = mounted === null ? null : networkOf(subject, mounted);
  if (mounted === null || where === null) return NOT_APPLICABLE;
  if (where === "unknown")
    return open("N", `PersistentVolumeClaim and StorageClass behind volume ${mounted.mount.name}`);
  if (polls(reload.argv, reload.table)) return PASS;
  const change = settingChange(
    { project: subject.project, container: subject, use: reload, timing: subject.timing },
    "build",
    "poll",
    true,
  );
  const fixable = reload.program === "air" && change !== null;
  return fails({
    severity: "warning",
    at: subject.at("volumeMounts", mounted.index),
    message: `Changes that others make on ${where} volume ${mounted.mount.name} are not told to ${reload.program}.`,
    related: [{ source: reload.source, message: "It watches without polling." }],
    ...(fixable ? { fix: safeFix("build.poll = true", change) } : {}),
  });
}

function polls(argv: readonly string[], table: Readonly<Record<string, unknown>> | null): boolean {
  if (fieldsOf(table?.build).poll === true || table?.legacyWatch === true) return true;
  return argv.some((word) => /^--?(polling|poll|L|legacy-watch|build\.poll(=true)?)$/.test(word));
}

/** The kind of network volume; null: none; `unknown`: a claim whose class is not known. */
function networkOf(subject: ContainerSubject, { mount, volume }: MountedAt): string | null {
  const source = volume?.source;
  if (source?.kind === "other" && NETWORK.has(source.type)) return source.type;
  const volumes = subject.workload.rawSpec.volumes;
  const raw = (Array.isArray(volumes) ? volumes : [])
    .map(fieldsOf)
    .find(({ name }) => name === mount.name);
  const driver = fieldsOf(raw?.csi).driver;
  const { remoteFsDrivers } = subject.project.parameters;
  if (typeof driver === "string") {
    return remoteFsDrivers.some((one) => driver.includes(one)) ? driver : null;
  }
  if (source?.kind !== "persistentVolumeClaim") return null;
  const claim = subject.project
    .objects("PersistentVolumeClaim")
    .find(({ name }) => name === source.claimName);
  const spec = fieldsOf(claim?.value.spec);
  const className = spec.storageClassName;
  const provisioner = subject.project.objects("StorageClass").find(({ name }) => name === className)
    ?.value.provisioner;
  if (typeof provisioner === "string") {
    return remoteFsDrivers.some((one) => provisioner.includes(one)) ? provisioner : null;
  }
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes : [];
  return modes.includes("ReadWriteMany") ? "unknown" : null;
}
