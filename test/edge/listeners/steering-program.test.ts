import assert from "node:assert/strict";
import { test } from "node:test";
import { steeringProgram } from "#edge/listeners/steering-program.js";

test("without branches the program is one return", () => {
  assert.equal(steeringProgram(5, []).toString("hex"), "0600000005000000");
});

test("a branch compares the source address and jumps over its return", () => {
  const hex = steeringProgram(1, [{ source: "127.77.0.9", index: 2 }]).toString("hex");
  assert.deepEqual(hex.match(/.{16}/g), [
    "2000000000f0ffff", // ld proto
    "1500000300080000", // jeq 0x0800, next, to the end
    "200000000c00f0ff", // ld [net + 12]
    "1500000109004d7f", // jeq 127.77.0.9
    "0600000002000000", // ret 2
    "0600000001000000", // ret 1
  ]);
});

test("more branches than a jump can pass are left out, never miscounted", () => {
  const many = Array.from({ length: 500 }, (_, index) => ({ source: "127.77.1.1", index }));
  const program = steeringProgram(0, many);
  assert.equal(program.length / 8, 3 + 120 * 2 + 1);
  assert.ok((program[8 + 3] as number) === 241);
});

interface Packet {
  readonly protocol: number;
  /** Of the IPv4 header. */
  readonly source?: number;
  readonly random?: number;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** Runs a classic BPF program of the instructions that steering uses, as linux/filter.h describes them. */
function choose(program: Buffer, packet: Packet): number {
  const words = new Map([
    [0xfffff000, packet.protocol],
    [0xfffff000 + 56, packet.random],
    [0xfff00000 + 12, packet.source],
  ]);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = program.readUInt16LE(at * 8);
    const [yes = 0, no = 0] = [program[at * 8 + 2], program[at * 8 + 3]];
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) accumulator = words.get(value) ?? assert.fail(`load of ${value}`);
    else if (code === 0x94) accumulator %= value;
    else if (code === 0x15) at += accumulator === value ? yes : no;
    else if (code === 0x35) at += accumulator >= value ? yes : no;
    else if (code === 0x06) return value;
    else assert.fail(`instruction ${code}`);
  }
  return assert.fail("the program does not return");
}

test("a share of the random numbers goes to its member, exactly as many per cent of them", () => {
  const branches = [{ source: "127.77.0.9", index: 2 }];
  for (const percent of [1, 10, 50, 90, 99]) {
    for (const given of [[], branches]) {
      const program = steeringProgram(0, given, { index: 1, percent });
      for (const packet of [{ protocol: IPV4, source: 0x7f000001 }, { protocol: IPV6 }]) {
        const counts = [0, 0];
        for (let random = 0xffffffff - 999; random <= 0xffffffff; random++) {
          const chosen = choose(program, { ...packet, random });
          counts[chosen] = (counts[chosen] ?? 0) + 1;
        }
        assert.deepEqual(counts, [1_000 - percent * 10, percent * 10]);
      }
    }
  }
});

test("a source address decides before any share", () => {
  const branches = [
    { source: "127.77.0.9", index: 2 },
    { source: "127.77.0.8", index: 0 },
  ];
  const program = steeringProgram(0, branches, { index: 1, percent: 99 });
  for (let random = 0; random < 100; random++) {
    assert.equal(choose(program, { protocol: IPV4, source: 0x7f4d0009, random }), 2);
    assert.equal(choose(program, { protocol: IPV4, source: 0x7f4d0008, random }), 0);
  }
  // An IPv6 packet whose bytes look like such an address is none of them.
  assert.equal(choose(program, { protocol: IPV6, source: 0x7f4d0009, random: 5 }), 1);
});

test("a share after as many branches as there can be is still reached", () => {
  const many = Array.from({ length: 500 }, (_, index) => ({
    source: `127.77.${index % 200}.1`,
    index,
  }));
  const program = steeringProgram(7, many, { index: 3, percent: 50 });
  for (const packet of [{ protocol: IPV6 }, { protocol: IPV4, source: 1 }]) {
    assert.equal(choose(program, { ...packet, random: 49 }), 3);
    assert.equal(choose(program, { ...packet, random: 50 }), 7);
  }
});
