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
