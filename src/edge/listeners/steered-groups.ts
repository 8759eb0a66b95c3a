import type { Libc } from "#edge/native/libc.js";
import type { GenerationId } from "#model/generation.js";
import type { OnTheWay } from "./queue-watch.js";
import { allRows, handshakes, listeningRows } from "./socket-table.js";
import type { SteeredGroup } from "./steered-group.js";

/** Inodes of a generation's sockets in these groups. */
export function inodesIn(groups: readonly SteeredGroup[], generation: GenerationId): number[] {
  return groups.flatMap((group) => group.socket(generation)?.inode ?? []);
}

/** Connections, and bytes over UDP, that wait in a generation's sockets. */
export function waitingIn(
  libc: Libc,
  groups: readonly SteeredGroup[],
  generation: GenerationId,
): number {
  const inodes = new Set(inodesIn(groups, generation));
  if (inodes.size === 0) return 0;
  const udp = groups.some(({ endpoint }) => endpoint.protocol === "udp");
  return [...listeningRows(libc), ...(udp ? allRows("udp") : [])]
    .filter((row) => inodes.has(row.inode))
    .reduce((sum, row) => sum + row.queue, 0);
}

/** What a watch of queues asks, of the groups as they are at that time. */
export function onTheWayTo(libc: Libc, groups: () => readonly SteeredGroup[]): OnTheWay {
  const ports = () =>
    groups().flatMap(({ endpoint }) => (endpoint.protocol === "tcp" ? endpoint.port : []));
  return {
    waiting: (generation) => waitingIn(libc, groups(), generation),
    handshakes: () => handshakes(libc, ports()),
    packetsInHand: () => libc.processorsPassed(),
  };
}
