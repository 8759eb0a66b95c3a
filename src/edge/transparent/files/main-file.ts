import { basename, dirname } from "node:path";
import type { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import type { BoundFiles } from "./bound-files.js";
import { folderIdOf } from "./named-file.js";

/** The Unix socket that a service is there for: by it a generation is asked whether it accepts. */
export class MainFile {
  readonly #named: readonly Listener[];
  readonly #files: BoundFiles;
  #accepted = false;

  constructor(named: readonly Listener[], files: BoundFiles) {
    this.#named = named;
    this.#files = files;
  }

  /** What the service binds counts, whether somebody has named it or not. */
  get isAccepted(): boolean {
    return this.#accepted;
  }

  /** Nothing else was bound for a while. */
  accept(): void {
    this.#accepted = true;
  }

  /** In bytes, as they were named. */
  pathLengths(): readonly number[] {
    return pathsOf(this.#named).map((path) => Buffer.byteLength(path));
  }

  /** Whether generations to come are expected at this path as well: it was named or bound again, or is the first. */
  isLasting(group: RenamedGroup, generation: GenerationId): boolean {
    if (this.#files.isShared(group)) return true;
    const paths = pathsOf(this.#named);
    if (paths.length > 0) return paths.some((path) => isAt(group, path));
    return this.#files.of(generation)[0] === group;
  }

  /** null: what the generation has bound may be beside its address. */
  of(generation: GenerationId): RenamedGroup | null {
    const bound = this.#files.of(generation);
    const onlyPaths = this.#named.every(({ address }) => address.kind === "unix");
    const paths = onlyPaths ? pathsOf(this.#named) : [];
    const named = bound.find((group) => paths.some((path) => isAt(group, path)));
    return named ?? (this.#accepted ? (bound[0] ?? null) : null);
  }

  /** For people. null: it has bound none. */
  shown(generation: GenerationId): string | null {
    const [group] = this.#files.of(generation);
    return group === undefined ? null : `unix:${this.#files.shown(group)}`;
  }
}

function pathsOf(named: readonly Listener[]): string[] {
  return named.flatMap(({ address }) => (address.kind === "unix" ? address.path : []));
}

function isAt(group: RenamedGroup, path: string): boolean {
  if (basename(group.path) !== basename(path)) return false;
  return folderIdOf(dirname(group.path)) === folderIdOf(dirname(path));
}
