import type { Libc } from "./libc.js";

/** One instruction of classic BPF (linux/filter.h): jumps are counted from the next one. */
export type Instruction = readonly [code: number, yes: number, no: number, value: number];

export const LOAD_WORD = 0x20;
export const LOAD_BYTE = 0x30;
export const AND = 0x54;
export const MODULO = 0x94;
export const JUMP_IF_EQUAL = 0x15;
export const JUMP_IF_AT_LEAST = 0x35;
export const RETURN = 0x06;
const INSTRUCTION_BYTES = 8;

/** `struct sock_filter[]`. */
export function assembleBpf(instructions: readonly Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  for (const [at, [code, yes, no, value]] of instructions.entries()) {
    program.writeUInt16LE(code, at * INSTRUCTION_BYTES);
    program[at * INSTRUCTION_BYTES + 2] = yes;
    program[at * INSTRUCTION_BYTES + 3] = no;
    program.writeUInt32LE(value >>> 0, at * INSTRUCTION_BYTES + 4);
  }
  return program;
}

/** Hands `struct sock_fprog` of a program to a system call; the program stays referenced until the kernel has copied it. */
export function withBpf(libc: Libc, program: Buffer, call: (fprog: Buffer) => number): number {
  const fprog = Buffer.alloc(16);
  fprog.writeUInt16LE(program.length / INSTRUCTION_BYTES, 0);
  fprog.writeBigUInt64LE(libc.address(program), 8);
  const answer = call(fprog);
  // Reading the length here is what keeps the reference.
  return program.length > 0 ? answer : -1;
}
