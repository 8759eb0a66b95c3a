import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bytesOf } from "#gobinary/byte-source.js";
import { goArchitecture } from "#gobinary/go-architecture.js";
import { readProgram } from "#gobinary/read-program.js";
import { elfBytes, goBuildInfo } from "./elf-bytes.js";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];

/** As the linker writes it: lengths of the name and of the id, the type, then both. */
const note = (id: string, type = 4): number[] => [
  ...[4, 0, 0, 0, id.length, 0, 0, 0, type, 0, 0, 0],
  ...ascii(`Go\0\0${id}`),
];

const program = (sections: Readonly<Record<string, ArrayLike<number>>>) =>
  readProgram(bytesOf(elfBytes({ machine: 62, sections })));

describe("readProgram", () => {
  test("tells who made it, and the build id", () => {
    const of = (sections: Readonly<Record<string, ArrayLike<number>>>) => {
      const read = program(sections);
      assert.ok(read.ok);
      return [read.value.origin, read.value.buildId];
    };
    const id = "link/main/code/file";
    const info = goBuildInfo("go1.26.8", "path\tx");
    assert.deepEqual(of({ ".go.buildinfo": info, ".note.go.buildid": note(id) }), ["go", id]);
    assert.deepEqual(of({ ".note.go.buildid": note(id, 3) }), ["go", null]);
    assert.deepEqual(of({ ".note.go.buildid": note(id).slice(0, -1) }), ["go", null]);
    assert.deepEqual(of({ ".comment": ascii("rustc version 1.80\0") }), ["rust", null]);
    assert.deepEqual(of({ ".comment": ascii("GCC: (Debian)\0") }), ["unknown", null]);
  });

  test("what is no ELF file is named", () => {
    const format = (start: ArrayLike<number>) => {
      const read = readProgram(bytesOf(Uint8Array.from([...Array.from(start), 0, 1, 2])));
      assert.ok(!read.ok && read.error.kind === "not-elf");
      return read.error.format;
    };
    assert.match(format(ascii("MZ")) ?? "", /Windows/);
    assert.match(format([0xcf, 0xfa, 0xed, 0xfe]) ?? "", /Mach-O/);
    assert.match(format(ascii("#!/bin/sh\n")) ?? "", /script/);
    assert.equal(format([1, 2, 3]), null);
    const empty = readProgram(bytesOf(new Uint8Array()));
    assert.deepEqual(empty, { ok: false, error: { kind: "not-elf", format: "an empty file" } });
  });

  test("no bytes make it throw", () => {
    const whole = elfBytes({
      machine: 62,
      sections: {
        ".go.buildinfo": goBuildInfo("go1", "path\tx"),
        ".note.go.buildid": note("a/b/c/d"),
        ".dynamic": Array(48).fill(1),
        ".dynstr": ascii("libc.so.6\0"),
        ".comment": ascii("rustc"),
      },
    });
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(edits, fc.nat(whole.length), (list, end) => {
        const bytes = whole.slice(0, end);
        for (const [at, value] of list) if (at < end) bytes[at] = value;
        readProgram(bytesOf(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

test("Go's name of a machine follows its width and byte order", () => {
  const of = (machine: string, bits: 32 | 64, littleEndian: boolean) =>
    goArchitecture({ machine, bits, littleEndian });
  assert.equal(of("x86-64", 64, true), "amd64");
  assert.equal(of("ppc64", 64, true), "ppc64le");
  assert.equal(of("ppc64", 64, false), "ppc64");
  assert.equal(of("mips", 32, false), "mips");
  assert.equal(of("mips", 64, true), "mips64le");
  assert.equal(of("machine 0x1", 64, true), null);
});
