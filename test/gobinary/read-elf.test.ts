import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bytesOf } from "#gobinary/byte-source.js";
import { readBuildInfo, vcsRevision } from "#gobinary/read-build-info.js";
import { readElf } from "#gobinary/read-elf.js";
import { elfBytes, goBuildInfo } from "./elf-bytes.js";

const MODULES = [
  "path\texample.com/shop/cmd/api",
  "mod\texample.com/shop\t(devel)\t",
  "dep\texample.com/a\tv1.2.3\th1:abc=",
  "dep\texample.com/b\tv0.1.0",
  "=>\t../b\t(devel)\t",
  "build\t-tags=x,y",
  "build\tvcs.revision=0123abcd",
  "build\tvcs.modified=true",
  'build\t"CGO_CFLAGS"="-O2 -g"',
].join("\n");

describe("readElf", () => {
  test("tells architecture, type and sections", () => {
    const elf = readElf(bytesOf(elfBytes({ machine: 183, sections: { ".text": [1, 2, 3] } })));
    assert.ok(elf.ok);
    const { machine, type, bits, littleEndian, sections } = elf.value;
    assert.deepEqual([machine, type, bits, littleEndian], ["aarch64", "executable", 64, true]);
    const names = sections.map(({ name }) => name).filter((name) => name !== "");
    assert.deepEqual(names, [".text", ".shstrtab"]);
  });

  test("cut off anywhere, it is incomplete, never good and never a crash", () => {
    const bytes = elfBytes({ machine: 62, sections: { ".text": Array(300).fill(7) } });
    for (let end = 4; end < bytes.length; end += 1) {
      const elf = readElf(bytesOf(bytes.subarray(0, end)));
      assert.deepEqual(!elf.ok && elf.error.kind, "incomplete", `${end} of ${bytes.length}`);
    }
  });

  test("anything else is not ELF", () => {
    const elf = readElf(bytesOf(new TextEncoder().encode("#!/bin/sh\nexit 0\n")));
    assert.deepEqual(elf, { ok: false, error: { kind: "not-elf" } });
  });

  test("no bytes make it throw", () => {
    const whole = elfBytes({ machine: 62, sections: { ".go.buildinfo": goBuildInfo("go1", "") } });
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(edits, (list) => {
        const bytes = whole.slice();
        for (const [at, value] of list) bytes[at] = value;
        const elf = readElf(bytesOf(bytes));
        if (elf.ok) readBuildInfo(bytesOf(bytes), elf.value);
      }),
      { numRuns: 500 },
    );
  });
});

describe("readBuildInfo", () => {
  test("reads what `go version -m` shows", () => {
    const section = goBuildInfo("go1.26.8", MODULES);
    const source = bytesOf(elfBytes({ machine: 62, sections: { ".go.buildinfo": section } }));
    const elf = readElf(source);
    assert.ok(elf.ok);
    const info = readBuildInfo(source, elf.value);
    assert.ok(info);
    assert.equal(info.goVersion, "go1.26.8");
    assert.equal(info.path, "example.com/shop/cmd/api");
    assert.equal(info.main?.version, "(devel)");
    assert.deepEqual(
      info.dependencies.map(({ path }) => path),
      ["example.com/a", "example.com/b"],
    );
    assert.equal(info.dependencies[1]?.replacedBy?.path, "../b");
    assert.deepEqual(info.settings, {
      "-tags": "x,y",
      "vcs.revision": "0123abcd",
      "vcs.modified": "true",
      CGO_CFLAGS: "-O2 -g",
    });
    assert.equal(vcsRevision(info), "0123abcd+dirty");
  });

  test("null when there is none", () => {
    const source = bytesOf(elfBytes({ machine: 62, sections: { ".text": [1] } }));
    const elf = readElf(source);
    assert.ok(elf.ok);
    assert.equal(readBuildInfo(source, elf.value), null);
  });
});
