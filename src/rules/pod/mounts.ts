import { isWithin } from "#base/join-path.js";
import type { Volume, VolumeMount } from "#model/kube/pod.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";
import { fieldsOf } from "#rules/subject/fields.js";

/** The mount a path lies on. */
export interface MountedAt {
  readonly mount: VolumeMount;
  /** In `volumeMounts`. Two entries are two mount points, also of one volume. */
  readonly index: number;
  /** null: the volume is not in the template (a claim template of a StatefulSet, or a mistake). */
  readonly volume: Volume | null;
  /** `subPath` or `subPathExpr`. */
  readonly hasSubPath: boolean;
}

/** The longest `mountPath` that holds an absolute path; null: the root file system. */
export function mountOf(subject: ContainerSubject, path: string): MountedAt | null {
  const { volumeMounts } = subject.container;
  let found: { mount: VolumeMount; index: number } | null = null;
  for (const [index, mount] of volumeMounts.entries()) {
    const folder = trimmed(mount.mountPath);
    if (!isWithin(path, folder)) continue;
    if (found === null || folder.length > trimmed(found.mount.mountPath).length) {
      found = { mount, index };
    }
  }
  return found === null ? null : mountedAt(subject, found.mount, found.index);
}

export function mountedAt(subject: ContainerSubject, mount: VolumeMount, index: number): MountedAt {
  const { volumes } = subject.workload.workload.template.spec;
  const raw = fieldsOf((subject.raw.volumeMounts as readonly unknown[] | undefined)?.[index]);
  return {
    mount,
    index,
    volume: volumes.find(({ name }) => name === mount.name) ?? null,
    hasSubPath: mount.subPath !== null || typeof raw.subPathExpr === "string",
  };
}

export function allMounts(subject: ContainerSubject): MountedAt[] {
  return subject.container.volumeMounts.map((mount, index) => mountedAt(subject, mount, index));
}

/** ConfigMaps, Secrets and the like: the kubelet writes them, and swaps `..data`. */
export function isWrittenByKubelet({ volume }: MountedAt): boolean {
  const kinds = ["configMap", "secret", "projected", "downwardAPI"];
  return volume !== null && kinds.includes(volume.source.kind);
}

const trimmed = (path: string): string => (path === "/" ? path : path.replace(/\/+$/, ""));

/** Other containers that stay and mount the volume. */
export function sharersOf(subject: ContainerSubject, volume: string): readonly ContainerSubject[] {
  return subject.workload.running.filter(
    (one) =>
      one.name !== subject.name && one.container.volumeMounts.some(({ name }) => name === volume),
  );
}
