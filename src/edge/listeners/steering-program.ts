/** Sends packets from one source address to one member of the group. */
export interface Branch {
  /** Numeric IPv4 address. */
  readonly source: string;
  readonly index: number;
}

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
/** Loads relative to these offsets read the network header and the packet's attributes (linux/filter.h). */
const NETWORK_HEADER = 0xfff00000;
const ATTRIBUTE_PROTOCOL = 0xfffff000;
const ETHERTYPE_IPV4 = 0x0800;
const IPV4_SOURCE_OFFSET = 12;
const INSTRUCTION_BYTES = 8;
/** Jumps are counted in one byte; a branch takes two instructions. */
const BRANCHES_MAX = 120;

/**
 * A classic BPF program for SO_ATTACH_REUSEPORT_CBPF: answers the index of the group's member that gets the packet. The
 * first matching branch decides, else `index`. Works on IPv4 and dual-stack sockets; IPv6 packets never match a branch.
 */
export function steeringProgram(index: number, branches: readonly Branch[]): Buffer {
  const shown = branches.slice(0, BRANCHES_MAX);
  const instructions: (readonly [code: number, yes: number, no: number, value: number])[] = [];
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
  instructions.push([RETURN, 0, 0, index]);
  const program = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  for (const [at, [code, yes, no, value]] of instructions.entries()) {
    program.writeUInt16LE(code, at * INSTRUCTION_BYTES);
    program[at * INSTRUCTION_BYTES + 2] = yes;
    program[at * INSTRUCTION_BYTES + 3] = no;
    program.writeUInt32LE(value >>> 0, at * INSTRUCTION_BYTES + 4);
  }
  return program;
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
