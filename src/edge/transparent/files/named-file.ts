import { closeSync, constants, openSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import { AT_FDCWD } from "./file-act.js";

/** A file as a service names it, in the view of its own root and working directory. */
export interface NamedFile {
  readonly written: string;
  readonly name: string;
  /** Its folder as hotpod reaches it while the call waits. */
  readonly folder: string;
  /** The same for every way that leads to the folder. */
  readonly folderId: string;
}

const O_PATH = 0o10000000;

/** The last part of a path; null: it names a folder. */
export function lastName(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ["", ".", ".."].includes(name) ? null : name;
}

/** null: there is no such folder, or hotpod cannot see it. */
export function findNamed(tid: number, folderFd: number, written: string): NamedFile | null {
  const name = lastName(written);
  if (name === null) return null;
  const above = written.slice(0, written.length - name.length);
  const from = folderFd === AT_FDCWD ? "cwd" : `fd/${folderFd}`;
  const folder = above.startsWith("/")
    ? `/proc/${tid}/root${above}`
    : `/proc/${tid}/${from}/${above}`;
  const folderId = folderIdOf(folder);
  return folderId === null ? null : { written, name, folder, folderId };
}

/** null: it cannot be seen. */
export function folderIdOf(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** A path by which hotpod reaches a file for as long as it needs to. */
export interface OwnWay {
  readonly path: string;
  close(): void;
}

/**
 * The path as the service has written it, where that means the same here; else the folder's real one; else, also where files
 * beside it would have names too long for a socket, by a descriptor of the folder. null: even that is too long.
 */
export function wayTo({ written, name, folder, folderId }: NamedFile): OwnWay | null {
  const fd = openSync(folder, constants.O_DIRECTORY | O_PATH);
  const above = written.slice(0, written.length - name.length);
  const paths = [join(above, name), join(readlinkSync(`/proc/self/fd/${fd}`), name)];
  const plain = paths.find(
    (path) => path.startsWith("/") && folderIdOf(join(path, "..")) === folderId && hasRoom(path),
  );
  if (plain !== undefined) {
    closeSync(fd);
    return { path: plain, close: () => {} };
  }
  const path = `/proc/self/fd/${fd}/${name}`;
  if (hasRoom(path)) return { path, close: () => closeSync(fd) };
  closeSync(fd);
  return null;
}

const hasRoom = (path: string): boolean => RenamedGroup.canBe({ kind: "unix", path });
