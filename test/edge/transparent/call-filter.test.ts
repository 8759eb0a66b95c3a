import assert from "node:assert/strict";
import { test } from "node:test";
import { callFilter, type Told } from "#edge/transparent/calls/call-filter.js";
import { callName, MACHINES } from "#edge/transparent/calls/machine-abi.js";

const ALLOW = 0x7fff0000;
const NOTIFY = 0x7fc00000;
/** linux/audit.h and asm/unistd.h of both machines, written down here a second time. */
const X64 = {
  arch: 0xc000003e,
  bind: 49,
  connect: 42,
  files: [87, 263, 90, 268, 452, 92, 94, 260],
  others: [59, 0, 1, 2, 82],
};
const ARM64 = {
  arch: 0xc00000b7,
  bind: 200,
  connect: 203,
  files: [35, 53, 452, 54],
  others: [221, 63, 64, 56, 38],
};
const I386 = 0x40000003;
const X32_BIT = 0x40000000;
const BINDS: Told = { kind: "binds" };
const files = (...pathLengths: number[]): Told => ({ kind: "files", pathLengths });

interface Decision {
  readonly verdict: number;
  readonly steps: number;
  /** Decided by the number and the kind of machine alone, as the kernel has to know to skip the filter. */
  readonly byNumber: boolean;
}

/** Runs a classic BPF program of the instructions that the filter uses over `struct seccomp_data`. */
function decide(program: Buffer, number: number, arch: number, third = 0): Decision {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(arch, 4);
  data.writeUInt32LE(third, 32);
  let accumulator = 0;
  let steps = 0;
  let byNumber = true;
  for (let at = 0; at < program.length / 8; at++) {
    steps += 1;
    const code = program.readUInt16LE(at * 8);
    const [yes = 0, no = 0] = [program[at * 8 + 2], program[at * 8 + 3]];
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) {
      accumulator = data.readUInt32LE(value);
      byNumber &&= value < 8;
    } else if (code === 0x15) at += accumulator === value ? yes : no;
    else if (code === 0x35) at += accumulator >= value ? yes : no;
    else if (code === 0x06) return { verdict: value, steps, byNumber };
    else assert.fail(`instruction ${code}`);
  }
  return assert.fail("the program does not return");
}

const machines = [
  [MACHINES.x64, X64, ARM64],
  [MACHINES.arm64, ARM64, X64],
] as const;

test("bind is told, everything else runs on, on amd64 and arm64", () => {
  for (const [machine, numbers, other] of machines) {
    assert.ok(machine !== undefined);
    const program = callFilter(machine, BINDS);
    assert.equal(decide(program, numbers.bind, numbers.arch).verdict, NOTIFY);
    const rest = [...numbers.others, ...numbers.files, numbers.connect, other.bind, 0xffffffff];
    for (const number of rest) {
      const { verdict, byNumber } = decide(program, number, numbers.arch);
      assert.deepEqual([verdict, byNumber], [ALLOW, true], `${number}`);
    }
    // The same number means something else to another kind of program on this machine.
    for (const arch of [other.arch, I386]) {
      assert.equal(decide(program, numbers.bind, arch).verdict, ALLOW);
    }
    assert.equal(decide(program, X64.bind + X32_BIT, X64.arch).verdict, ALLOW);
    assert.equal(decide(program, 0, numbers.arch).steps, 3, "others pay three steps");
  }
});

test("where Unix sockets are expected, what touches their files is told as well", () => {
  for (const [machine, numbers, other] of machines) {
    assert.ok(machine !== undefined);
    const program = callFilter(machine, files());
    for (const number of [numbers.bind, ...numbers.files]) {
      assert.equal(decide(program, number, numbers.arch).verdict, NOTIFY, `${number}`);
      assert.equal(decide(program, number, other.arch).verdict, ALLOW, `${number} elsewhere`);
    }
    for (const number of numbers.others) {
      const { verdict, byNumber } = decide(program, number, numbers.arch);
      assert.deepEqual([verdict, byNumber], [ALLOW, true], `${number}`);
    }
  }
});

test("connections are told by the length of their address, those of a network run on", () => {
  for (const [machine, { connect, arch }] of machines) {
    assert.ok(machine !== undefined);
    const verdicts = (told: Told, ...lengths: number[]): boolean[] =>
      lengths.map((length) => {
        const { verdict } = decide(callFilter(machine, told), connect, arch, length);
        return verdict === NOTIFY;
      });
    assert.deepEqual(verdicts(files(), 16, 28, 110, 17), [false, false, true, true]);
    assert.deepEqual(verdicts(files(14), 16, 28, 17), [true, false, true], "as a path is long");
    assert.deepEqual(verdicts(files(13), 16, 28), [true, false], "with a zero at its end");
    assert.deepEqual(verdicts(files(14, 25), 16, 28, 110), [true, true, true]);
    assert.deepEqual(verdicts(BINDS, 16, 110), [false, false]);
  }
});

test("a call is known by its number", () => {
  for (const [machine, numbers] of machines) {
    assert.ok(machine !== undefined);
    assert.equal(callName(machine, numbers.bind), "bind");
    assert.equal(callName(machine, numbers.connect), "connect");
    assert.equal(callName(machine, 0xffff), null);
  }
});
