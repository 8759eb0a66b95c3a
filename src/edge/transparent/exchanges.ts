import { constants } from "node:os";
import { ok } from "#base/result.js";
import { resolveEndpoint } from "#edge/listeners/endpoint.js";
import type { ListenWarning } from "#edge/listeners/listen-warning.js";
import type { OwnSockets } from "#edge/listeners/slots/own-sockets.js";
import type { RenamedGroup } from "#edge/listeners/slots/renamed-group.js";
import type { FileAccess } from "#edge/listeners/slots/shared-socket.js";
import type { SteeredGroup } from "#edge/listeners/steered-group.js";
import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { Listener } from "#model/listener.js";
import { BoundGroups } from "./bound-groups.js";
import { BoundSockets } from "./bound-sockets.js";
import type { Told } from "./calls/call-filter.js";
import { type CallWatch, startCallWatch } from "./calls/call-watch.js";
import type { BoundAddress, ToldCall } from "./calls/told-call.js";
import { errorNumber } from "./error-number.js";
import { BoundFiles } from "./files/bound-files.js";
import { MainFile } from "./files/main-file.js";
import type { NamedFile } from "./files/named-file.js";
import { orIfRefused } from "./files/or-if-refused.js";
import { takeFileCall } from "./files/take-file-call.js";
import type { SocketFacts } from "./foreign-socket.js";
import type { OfferedSlots } from "./offered/offered-slots.js";
import { addressOf, type BindOutcome, takeBind } from "./take-bind.js";

export interface ExchangesOptions {
  readonly warn: (warning: ListenWarning) => void;
  readonly offered: OfferedSlots;
  /** Those of the offered addresses among them. */
  readonly own: OwnSockets;
  /** The addresses that somebody has named. */
  readonly named: readonly Listener[];
  /** A generation has bound what this group is for. */
  readonly bound: (generation: GenerationId, group: SteeredGroup | RenamedGroup) => void;
  /** Whether the generation accepts from that group, in which it has a socket. */
  readonly accepts: (generation: GenerationId, group: SteeredGroup) => boolean;
  /** The generation may be about to bind what another one serves. */
  readonly isCandidate: (generation: GenerationId) => boolean;
}

/** Answers what services tell of their calls, and keeps the sockets that they got instead of their own. */
export class Exchanges {
  /** Of addresses that were not offered. */
  readonly groups: BoundGroups;
  readonly sockets: BoundSockets;
  readonly files: BoundFiles;
  readonly mainFile: MainFile;
  readonly #libc: Libc;
  readonly #options: ExchangesOptions;
  readonly #calls: CallWatch;
  readonly #members = new Map<GenerationId, () => readonly number[]>();
  /** Of what they do to files nobody is told. */
  readonly #untold = new Set<GenerationId>();
  readonly #abstract = new Set<string>();
  readonly #unwatched = new Set<GenerationId>();
  #ending = false;

  constructor(libc: Libc, options: ExchangesOptions) {
    this.#libc = libc;
    this.#options = options;
    const { offered, own, warn, named } = options;
    this.groups = new BoundGroups(libc, warn, own);
    this.sockets = new BoundSockets(this.groups);
    this.files = new BoundFiles(libc, () => offered.files(), warn);
    this.mainFile = new MainFile(named, this.files);
    this.#calls = startCallWatch(libc);
  }

  /** Those of offered addresses as well. */
  all(): SteeredGroup[] {
    return [...this.#options.offered.groups(), ...this.groups.all()];
  }

  /** `members` tells the living processes of the generation. */
  watch(
    generation: GenerationId,
    listener: number,
    told: Told,
    members: () => readonly number[],
  ): void {
    this.#members.set(generation, members);
    if (told.kind === "binds") this.#untold.add(generation);
    this.#calls.watch(listener, (call) => this.#answer(generation, listener, call));
  }

  members(generation: GenerationId): readonly number[] {
    return this.#members.get(generation)?.() ?? [];
  }

  adopt(generation: GenerationId, from: GenerationId): void {
    this.groups.adopt(generation, from);
    this.files.adopt(generation, from);
  }

  steer(generation: GenerationId): void {
    this.groups.steer(generation);
    this.files.steer(generation);
  }

  /** Whatever a service removes from now on is removed. */
  endsSoon(): void {
    this.#ending = true;
  }

  /** `succeeded`: another generation serves. */
  close(generation: GenerationId, succeeded: boolean): void {
    this.#members.delete(generation);
    this.#untold.delete(generation);
    this.#unwatched.delete(generation);
    this.sockets.forget(generation);
    this.groups.close(generation, succeeded);
    this.files.close(generation, succeeded);
  }

  closeAll(): void {
    this.#calls.close();
    this.groups.closeAll();
    this.files.closeAll();
  }

  #answer(generation: GenerationId, listener: number, call: ToldCall): void {
    if (call.name === "bind") this.#answerBind(generation, listener, call);
    else {
      takeFileCall(this.#libc, listener, call, this.files, {
        generation,
        candidate: this.#options.isCandidate(generation),
        ending: this.#ending,
        isLasting: (group) => this.mainFile.isLasting(group, generation),
      });
    }
  }

  #answerBind(generation: GenerationId, listener: number, call: ToldCall): void {
    const outcome = takeBind(this.#libc, listener, call, {
      address: (address, facts) => this.#openAddress(generation, address, facts),
      file: (named, access) => this.#openFile(generation, named, access),
    });
    if (outcome.kind === "forbidden" && !this.#unwatched.has(generation)) {
      this.#unwatched.add(generation);
      this.#options.warn({ kind: "unwatched", generation, code: outcome.code });
    }
    if (outcome.kind === "abstract" && !this.#abstract.has(outcome.name)) {
      this.#abstract.add(outcome.name);
      this.#options.warn({ kind: "abstract", generation, name: outcome.name });
    }
  }

  /** A descriptor for the address, or the error number that the service is told. */
  #openAddress(generation: GenerationId, address: BoundAddress, facts: SocketFacts): BindOutcome {
    const { errno } = constants;
    const { offered, bound, accepts } = this.#options;
    const endpoint = resolveEndpoint(this.#libc, addressOf(address, facts));
    if (endpoint === null) return { kind: "errno", errno: errno.EADDRNOTAVAIL };
    this.sockets.forgetClosed(generation, this.members(generation));
    const group = offered.groupAt(endpoint) ?? this.groups.groupAt(endpoint);
    if (group === null) return { kind: "errno", errno: errno.EADDRINUSE };
    const known = group.socket(generation);
    const opened = known === null ? group.open(generation) : ok(known);
    if (!opened.ok) return { kind: "errno", errno: errorNumber(opened.error) };
    this.sockets.note(generation, group);
    if (offered.groupAt(endpoint) === null) {
      this.groups.keep(group);
      offered.giveUp(group, accepts);
    }
    bound(generation, group);
    return { kind: "socket", fd: opened.value.fd };
  }

  /** A descriptor for the path; null: the service has to bind for itself. */
  #openFile(generation: GenerationId, named: NamedFile, access: FileAccess): number | null {
    this.files.forgetClosed(generation, this.members(generation));
    const opened = orIfRefused(() => this.files.bind(generation, named, access), null);
    if (opened === null) return null;
    if (this.#untold.has(generation)) this.#noteUntold(generation, opened.group);
    this.#options.bound(generation, opened.group);
    return opened.fd;
  }

  #noteUntold(generation: GenerationId, group: RenamedGroup): void {
    const path = this.files.shown(group);
    if (this.files.guard(generation, group)) {
      this.#options.warn({ kind: "unnamed-file", generation, path });
    }
  }
}
