import assert from "node:assert/strict";
import { test } from "node:test";
import { bindFilter, MACHINES } from "#edge/transparent/bind-filter.js";

const ALLOW = 0x7fff0000;
const NOTIFY = 0x7fc00000;
/** linux/audit.h and asm/unistd.h of both machines, written down here a second time. */
const X64 = { arch: 0xc000003e, bind: 49, execve: 59, read: 0 };
const ARM64 = { arch: 0xc00000b7, bind: 200, execve: 221, read: 63 };
const I386 = 0x40000003;
const X32_BIT = 0x40000000;

/** Runs a classic BPF program of the instructions that the filter uses over `struct seccomp_data`. */
function decide(program: Buffer, number: number, arch: number): { verdict: number; steps: number } {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch, 4);
  let accumulator = 0;
  let steps = 0;
  for (let at = 0; at < program.length / 8; at++) {
    steps += 1;
    const code = program.readUInt16LE(at * 8);
    const [yes = 0, no = 0] = [program[at * 8 + 2], program[at * 8 + 3]];
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x15) at += accumulator === value ? yes : no;
    else if (code === 0x06) return { verdict: value, steps };
    else assert.fail(`instruction ${code}`);
  }
  return assert.fail("the program does not return");
}

test("bind is told, everything else runs on, on amd64 and arm64", () => {
  for (const [machine, numbers, other] of [
    [MACHINES.x64, X64, ARM64],
    [MACHINES.arm64, ARM64, X64],
  ] as const) {
    assert.ok(machine !== undefined);
    const program = bindFilter(machine);
    assert.equal(decide(program, numbers.bind, numbers.arch).verdict, NOTIFY);
    for (const number of [numbers.read, numbers.execve, other.bind, 0xffffffff]) {
      assert.equal(decide(program, number, numbers.arch).verdict, ALLOW, `${number}`);
    }
    // The same number means something else to another kind of program on this machine.
    for (const arch of [other.arch, I386]) {
      assert.equal(decide(program, numbers.bind, arch).verdict, ALLOW);
    }
    assert.equal(decide(program, X64.bind + X32_BIT, X64.arch).verdict, ALLOW);
    assert.equal(decide(program, numbers.read, numbers.arch).steps, 3, "others pay three steps");
  }
});
