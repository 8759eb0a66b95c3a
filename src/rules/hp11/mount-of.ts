import { isWithin, joinPath } from "#base/join-path.js";
import type { VolumeMount } from "#model/kube/pod.js";
import type { ContainerSubject } from "#rules/subject/container-subject.js";

/** The mount a path of a container lies on, with its place in the list; null: on the container's own file system. */
export function mountOf(
  { container }: ContainerSubject,
  path: string,
): { readonly mount: VolumeMount; readonly index: number } | null {
  const clean = joinPath("/", path);
  let found: { mount: VolumeMount; index: number } | null = null;
  for (const [index, mount] of container.volumeMounts.entries()) {
    if (!isWithin(clean, joinPath("/", mount.mountPath))) continue;
    if (found === null || mount.mountPath.length > found.mount.mountPath.length) {
      found = { mount, index };
    }
  }
  return found;
}

/** Other containers that stay and mount the volume. */
export function sharersOf(subject: ContainerSubject, volume: string): readonly ContainerSubject[] {
  return subject.workload.running.filter(
    (one) =>
      one.name !== subject.name && one.container.volumeMounts.some(({ name }) => name === volume),
  );
}
