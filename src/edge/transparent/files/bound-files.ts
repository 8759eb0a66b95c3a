import { fstatSync } from "node:fs";
import { dirname } from "node:path";
import { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { FileAccess } from "#edge/listeners/slots/shared-socket.js";
import { heldSockets } from "#edge/listeners/socket-holder.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import { guardFile } from "./guard-file.js";
import { folderIdOf, type NamedFile, type OwnWay, wayTo } from "./named-file.js";

/** A path that some service has bound: each generation has a socket of its own there. */
interface BoundFile {
  readonly group: RenamedGroup;
  readonly way: OwnWay;
  /** As the service has written it. */
  readonly written: string;
  /** More than one generation has bound it. */
  again: boolean;
}

/** The paths of Unix sockets that services have bound by themselves. */
export class BoundFiles {
  readonly #libc: Libc;
  /** Those of `listen`, over which a service may bind. */
  readonly #offered: () => readonly RenamedGroup[];
  #own: readonly BoundFile[] = [];
  /** In the order in which each generation has bound them. */
  readonly #bound = new Map<GenerationId, readonly RenamedGroup[]>();
  readonly #lengths = new Set<number>();
  /** Generations of whose calls nobody is told, with what they have bound. */
  readonly #untold = new Map<GenerationId, RenamedGroup[]>();
  readonly #guards = new Map<GenerationId, (() => void)[]>();
  #steered: GenerationId | null = null;

  constructor(libc: Libc, offered: () => readonly RenamedGroup[]) {
    this.#libc = libc;
    this.#offered = offered;
  }

  /** How many bytes the paths have that were bound so far, as they were written. */
  pathLengths(): readonly number[] {
    return [...this.#lengths];
  }

  /** Whether a path with this last part may be one of them: most are not, and cost no more. */
  mayBe(name: string): boolean {
    return this.#all().some((group) => group.isNamed(name));
  }

  find({ name, folderId }: NamedFile): RenamedGroup | null {
    const isIt = (group: RenamedGroup): boolean =>
      group.isNamed(name) && folderIdOf(dirname(group.path)) === folderId;
    return this.#all().find(isIt) ?? null;
  }

  /** What the generation has bound, the first one first. */
  of(generation: GenerationId): readonly RenamedGroup[] {
    return this.#bound.get(generation) ?? [];
  }

  /** As its service wrote it. */
  shown(group: RenamedGroup): string {
    return this.#own.find((each) => each.group === group)?.written ?? group.path;
  }

  /** More than one generation has bound it, or may. */
  isShared(group: RenamedGroup): boolean {
    return this.#own.find((each) => each.group === group)?.again ?? true;
  }

  /** The socket that takes the place of the generation's own. null: it has to bind for itself. */
  bind(
    generation: GenerationId,
    named: NamedFile,
    access: FileAccess,
  ): { readonly group: RenamedGroup; readonly fd: number } | null {
    const known = this.find(named);
    const group = known ?? this.#add(named, access);
    const opened = group?.open(generation, access);
    if (group === null || !opened?.ok) return null;
    const others = known !== null && !this.of(generation).includes(known);
    for (const each of this.#own) if (each.group === group && others) each.again = true;
    if (!this.of(generation).includes(group)) {
      this.#bound.set(generation, [...this.of(generation), group]);
    }
    this.#lengths.add(Buffer.byteLength(named.written));
    if (this.#steered === generation) group.steer(generation);
    return { group, fd: opened.value };
  }

  /** Its service has removed the file for good. */
  withdraw(generation: GenerationId, group: RenamedGroup): void {
    group.hide(generation);
    this.#bound.set(
      generation,
      this.of(generation).filter((each) => each !== group),
    );
    group.close(generation);
    this.#drop((own) => own.group === group && !group.isHeld());
  }

  /** Programs come and go with sockets for a moment: whatever nobody has open any more, in files that are gone, is let go. */
  forgetClosed(generation: GenerationId, members: readonly number[]): void {
    const gone = this.of(generation).filter(
      (group) => !this.#isOffered(group) && group.isFoundAtPath(generation) === null,
    );
    const held = gone.length === 0 ? null : heldSockets(members);
    for (const group of gone) {
      const fd = group.socket(generation);
      if (fd !== null && held?.has(fstatSync(fd).ino) === false) this.withdraw(generation, group);
    }
  }

  /** What the generation does to this file is not told: the next one's has to be guarded from it. True: that is new. */
  guard(generation: GenerationId, group: RenamedGroup): boolean {
    const known = this.#untold.get(generation) ?? [];
    if (known.includes(group)) return false;
    this.#untold.set(generation, [...known, group]);
    return true;
  }

  steer(generation: GenerationId): void {
    this.#steered = generation;
    for (const { group } of this.#own) group.steer(generation);
    for (const [untold, groups] of this.#untold) {
      this.#endGuards(untold);
      if (untold === generation) continue;
      const replaced = groups.filter((group) => group.isFoundAtPath(generation));
      const guards = replaced.map((group) => guardFile(group.path, group.freeName()));
      this.#guards.set(untold, guards);
    }
  }

  /** Its sockets become another generation's, which has yet to bind them. */
  adopt(generation: GenerationId, from: GenerationId): void {
    for (const { group } of this.#own) group.adopt(generation, from);
  }

  /** Nobody of the generation is left. `succeeded`: another one serves, and what that has not bound is given up. */
  close(generation: GenerationId, succeeded: boolean): void {
    this.#bound.delete(generation);
    this.#untold.delete(generation);
    this.#endGuards(generation);
    for (const { group } of this.#own) group.close(generation);
    this.#drop(({ group }) => succeeded && !group.isHeld());
  }

  closeAll(): void {
    for (const generation of [...this.#guards.keys()]) this.#endGuards(generation);
    this.#drop(() => true);
  }

  /** Connections at the paths that it has bound. */
  connected(generation: GenerationId): number {
    return this.of(generation).reduce((sum, group) => sum + group.connected(generation), 0);
  }

  /** Those among them that nobody has accepted yet, where nobody else counts them. */
  waiting(generation: GenerationId): number {
    return this.#own.reduce((sum, { group }) => sum + group.waiting(generation), 0);
  }

  #add(named: NamedFile, access: FileAccess): RenamedGroup | null {
    const way = wayTo(named);
    if (way === null) return null;
    const opened = RenamedGroup.open(this.#libc, { kind: "unix", path: way.path }, access);
    if (!opened.ok) {
      way.close();
      return null;
    }
    const { written } = named;
    this.#own = [...this.#own, { group: opened.value, way, written, again: false }];
    return opened.value;
  }

  #drop(choose: (own: BoundFile) => boolean): void {
    const dropped = this.#own.filter(choose);
    for (const { group, way } of dropped) {
      group.closeAll();
      way.close();
    }
    this.#own = this.#own.filter((own) => !dropped.includes(own));
  }

  #endGuards(generation: GenerationId): void {
    for (const end of this.#guards.get(generation) ?? []) end();
    this.#guards.delete(generation);
  }

  #isOffered(group: RenamedGroup): boolean {
    return !this.#own.some((own) => own.group === group);
  }

  #all(): readonly RenamedGroup[] {
    return [...this.#offered(), ...this.#own.map(({ group }) => group)];
  }
}
