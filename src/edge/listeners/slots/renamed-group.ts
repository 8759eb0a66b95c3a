import {
  chmodSync,
  linkSync,
  lstatSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ok, type Result } from "#base/result.js";
import type { ListenFailure } from "#edge/listeners/listen-failure.js";
import type { Libc } from "#edge/native/libc.js";
import { addressUnix } from "#edge/native/socket-address.js";
import type { GenerationId } from "#model/generation.js";
import {
  applyAccess,
  bindUnix,
  type FileAccess,
  openUnix,
  refusesConnections,
  type UnixAddress,
} from "./shared-socket.js";
import { type UnixRow, unixRows } from "./unix-table.js";

interface Member {
  readonly fd: number;
  /** The file it was bound to: the kernel lists it by that name for ever. */
  readonly bound: string;
  /** The number of its file, which stays with every name. */
  readonly ino: number;
  /** Where its file is now; null: it has none any more. */
  file: string | null;
  /** Its service has said who may connect; else those who could before. */
  ownAccess: boolean;
}

/** Numbers in names of files have room for so many digits. */
const NUMBERS_MAX = 999_999;

/**
 * The Unix socket at one path: each generation has a socket of its own, bound to a file of its own beside the path, and steering
 * renames that file over the path. A client finds the old socket or the new one at every instant, and both are listened on.
 */
export class RenamedGroup {
  readonly path: string;
  readonly #libc: Libc;
  readonly #address: UnixAddress;
  readonly #members = new Map<GenerationId, Member>();
  /** Of no generation: the first one's before it comes, and what the last one has left. */
  #spare: Member | null;
  #number = 0;

  private constructor(libc: Libc, address: UnixAddress, first: Member) {
    this.#libc = libc;
    this.#address = address;
    this.path = address.path;
    this.#spare = first;
  }

  /** Whether the path leaves room for the names of files beside it; an abstract socket (`@name`) has no file. */
  static canBe({ path }: UnixAddress): boolean {
    return !path.startsWith("@") && addressUnix(besidePath(path, NUMBERS_MAX)) !== null;
  }

  /** Binds the path itself, for the first generation. */
  static open(
    libc: Libc,
    address: UnixAddress,
    access: FileAccess | null = null,
  ): Result<RenamedGroup, ListenFailure> {
    sweep(libc, address);
    const opened = openUnix(libc, address, access);
    if (!opened.ok) return opened;
    return ok(new RenamedGroup(libc, address, memberAt(address.path, opened.value.fd)));
  }

  /** The generation's socket: the one it has, the one that nobody has, or a new one. `access`: its service's own wish. */
  open(generation: GenerationId, access: FileAccess | null = null): Result<number, ListenFailure> {
    const known = this.#members.get(generation) ?? this.#spare;
    const member = known === null ? this.#bindBeside(access) : ok(known);
    if (!member.ok) return member;
    if (access !== null) {
      member.value.ownAccess = true;
      if (known?.file) applyAccess(known.file, access);
    }
    if (known === this.#spare) this.#spare = null;
    this.#members.set(generation, member.value);
    return ok(member.value.fd);
  }

  /** What waits in the socket of a generation that has ended goes to the one that takes its place. */
  adopt(generation: GenerationId, from: GenerationId): number | null {
    const member = this.#members.get(from);
    if (member === undefined) return null;
    this.#members.delete(from);
    this.#members.set(generation, member);
    return member.fd;
  }

  /** Who connects from now on finds this generation. The one that was found keeps a file of its own. */
  steer(generation: GenerationId): void {
    const member = this.#members.get(generation);
    if (member === undefined || member.file === null || member.file === this.path) return;
    const before = [...this.#members.values()].find(({ file }) => file === this.path);
    const beside = before === undefined ? null : this.freeName();
    if (before !== undefined && beside !== null && linked(this.path, beside)) before.file = beside;
    if (!member.ownAccess) keepMode(this.path, member.file);
    renameSync(member.file, this.path);
    if (before?.file === this.path) before.file = null;
    member.file = this.path;
  }

  close(generation: GenerationId): void {
    const member = this.#members.get(generation);
    if (member === undefined) return;
    this.#members.delete(generation);
    if (this.#members.size === 0) {
      this.#spare = member;
      return;
    }
    // Clients are never left without a file.
    const [next] = this.#members.keys();
    if (member.file === this.path && next !== undefined) this.steer(next);
    else remove(member);
    this.#libc.close(member.fd);
  }

  closeAll(): void {
    const spare = this.#spare === null ? [] : [this.#spare];
    for (const member of [...this.#members.values(), ...spare]) {
      remove(member);
      this.#libc.close(member.fd);
    }
    this.#members.clear();
    this.#spare = null;
  }

  /** The descriptor of this generation's socket. */
  socket(generation: GenerationId): number | null {
    return this.#members.get(generation)?.fd ?? null;
  }

  /** Where exactly this generation is reached. */
  file(generation: GenerationId): string | null {
    return this.#members.get(generation)?.file ?? null;
  }

  /** Some generation has a socket here. */
  isHeld(): boolean {
    return this.#members.size > 0;
  }

  /** What lies at the path is a socket of this group: whether it is this generation's. null: it is somebody else's file. */
  isFoundAtPath(generation: GenerationId): boolean | null {
    const ino = lstatSync(this.path, { throwIfNoEntry: false })?.ino;
    const all = [...this.#members.values(), ...(this.#spare === null ? [] : [this.#spare])];
    const found = all.find((member) => member.file === this.path && member.ino === ino);
    return found === undefined ? null : found === this.#members.get(generation);
  }

  /** The path's own name, or that of a file beside it. */
  isNamed(name: string): boolean {
    if (basename(this.path) === name) return true;
    return [...this.#members.values()].some(({ file, bound }) =>
      [file, bound].some((each) => each !== null && basename(each) === name),
    );
  }

  /** Nobody finds this generation any more, who has not connected before. */
  hide(generation: GenerationId): void {
    const member = this.#members.get(generation);
    if (member === undefined) return;
    remove(member);
    member.file = null;
  }

  /** Connections that wait to be accepted by it. */
  waiting(generation: GenerationId): number {
    return this.#connections(generation).filter(({ inode }) => inode === 0).length;
  }

  /** Those as well that its service has open. */
  connected(generation: GenerationId): number {
    return this.#connections(generation).length;
  }

  #connections(generation: GenerationId): UnixRow[] {
    const bound = this.#members.get(generation)?.bound;
    if (bound === undefined) return [];
    return unixRows().filter(({ path, listens }) => !listens && path === bound);
  }

  #bindBeside(access: FileAccess | null): Result<Member, ListenFailure> {
    const file = this.freeName();
    const bound = bindUnix(this.#libc, { ...this.#address, path: file }, access);
    if (!bound.ok) return bound;
    return ok(memberAt(file, bound.value));
  }

  /** A name beside the path that no file has. */
  freeName(): string {
    for (;;) {
      this.#number = (this.#number + 1) % NUMBERS_MAX;
      const file = besidePath(this.path, this.#number);
      if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return file;
    }
  }
}

/** `/run/.app.sock.hotpod-7` beside `/run/app.sock`. */
function besidePath(path: string, number: number): string {
  return join(dirname(path), `.${basename(path)}.hotpod-${number}`);
}

/** Removes what a run that was killed has left beside the path. */
function sweep(libc: Libc, { path }: UnixAddress): void {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.hotpod-`;
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    if (!name.startsWith(prefix) || !/^\d+$/.test(name.slice(prefix.length))) continue;
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat?.isSocket() && refusesConnections(libc, file)) remove({ file, ino: stat.ino });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // That there is no such folder is told by bind.
    return [];
  }
}

/** Somebody may have opened the path to other users; so will be what takes its place. */
function keepMode(from: string, to: string): void {
  const mode = statSync(from, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined) chmodSync(to, mode & 0o7777);
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    // A file system without links, or a path that somebody has removed.
    return false;
  }
}

/** Unless the name is another's by now. */
function remove({ file, ino }: Pick<Member, "file" | "ino">): void {
  if (file === null || lstatSync(file, { throwIfNoEntry: false })?.ino !== ino) return;
  unlinkSync(file);
}

function memberAt(file: string, fd: number): Member {
  return { fd, bound: file, ino: lstatSync(file).ino, file, ownAccess: false };
}
