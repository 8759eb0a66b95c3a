import { joinPath } from "#base/join-path.js";
import type { Container } from "#model/kube/pod.js";

/** A file as the volume holds it, however containers mount it. */
export interface VolumePlace {
  readonly volume: string;
  /** Absolute, from the volume's own root. */
  readonly path: string;
}

/** Longer ones no kernel takes. */
const PATH_MAX = 4096;

/** By the longest mount above an absolute path; null: it is in the image. */
export type FindPlace = (path: string) => VolumePlace | null;

export function volumePlaces({ volumeMounts }: Container): FindPlace {
  const mounts = new Map(volumeMounts.map((mount) => [joinPath("/", mount.mountPath), mount]));
  return (path) => {
    for (const root of [path, ...foldersAbove(path)]) {
      const mount = mounts.get(root);
      if (mount === undefined) continue;
      const inside = root === "/" ? path : path.slice(root.length);
      return { volume: mount.name, path: joinPath("/", `${mount.subPath ?? ""}/${inside}`) };
    }
    return null;
  };
}

export function placeKey({ volume, path }: VolumePlace): string {
  return `${volume}:${path}`;
}

/** The innermost first. A path that is too long has none. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  if (path.length > PATH_MAX) return folders;
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    folders.push(path.slice(0, at));
  }
  return path === "/" ? folders : [...folders, "/"];
}
