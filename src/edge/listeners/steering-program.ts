import {
  assembleBpf,
  type Instruction,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  LOAD_WORD,
  MODULO,
  RETURN,
} from "#edge/native/bpf.js";

/** Sends packets from one source address to one member of the group. */
export interface Branch {
  /** Numeric IPv4 address. */
  readonly source: string;
  readonly index: number;
}

/** Sends so many per cent of the packets that match no branch to one member of the group, chosen at random. */
export interface Share {
  readonly index: number;
  readonly percent: number;
}

/** Loads relative to these offsets read the network header and the packet's attributes (linux/filter.h). */
const NETWORK_HEADER = 0xfff00000;
const ATTRIBUTE_PROTOCOL = 0xfffff000;
const ATTRIBUTE_RANDOM = 0xfffff038;
const ETHERTYPE_IPV4 = 0x0800;
const IPV4_SOURCE_OFFSET = 12;
/** Jumps are counted in one byte; a branch takes two instructions. */
const BRANCHES_MAX = 120;

/**
 * A classic BPF program for SO_ATTACH_REUSEPORT_CBPF: answers the index of the group's member that gets the packet. The
 * first matching branch decides, then the share, else `index`. Works on IPv4 and dual-stack sockets; IPv6 packets never
 * match a branch.
 */
export function steeringProgram(
  index: number,
  branches: readonly Branch[],
  share: Share | null = null,
): Buffer {
  const shown = branches.slice(0, BRANCHES_MAX);
  const instructions: Instruction[] = [];
  if (shown.length > 0) {
    instructions.push(
      [LOAD_WORD, 0, 0, ATTRIBUTE_PROTOCOL],
      [JUMP_IF_EQUAL, 0, 1 + shown.length * 2, ETHERTYPE_IPV4],
      [LOAD_WORD, 0, 0, NETWORK_HEADER + IPV4_SOURCE_OFFSET],
      ...shown.flatMap((branch) => [
        [JUMP_IF_EQUAL, 0, 1, addressNumber(branch.source)] as const,
        [RETURN, 0, 0, branch.index] as const,
      ]),
    );
  }
  if (share !== null) {
    instructions.push(
      [LOAD_WORD, 0, 0, ATTRIBUTE_RANDOM],
      [MODULO, 0, 0, 100],
      [JUMP_IF_AT_LEAST, 1, 0, share.percent],
      [RETURN, 0, 0, share.index],
    );
  }
  instructions.push([RETURN, 0, 0, index]);
  return assembleBpf(instructions);
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
