/** What is told of a program that a scenario needs. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { programVersion, versionIn } from "#edge/lab/program-version.js";
import { temporaryFolder } from "#test/edge/watch/folder.js";
import { elfBytes, goBuildInfo } from "#test/gobinary/elf-bytes.js";

const TOLD: readonly (readonly [said: string, version: string])[] = [
  ["go version go1.26.8 linux/amd64\n", "go version go1.26.8 linux/amd64"],
  [
    "\n  __    _   ___  \n / /\\  | | | |_) \n/_/--\\ |_| |_| \\_ \nv1.67.4, built with Go go1.26.8\n",
    "v1.67.4, built with Go go1.26.8",
  ],
  [" / /\\  | | | |_) \n/_/--\\ |_| |_| \\_ v1.49.0, built with Go\n", "v1.49.0, built with Go"],
  ["release: 5.3\nusage: entr [-acdnprsz] utility\n", "release: 5.3"],
  ["./tool: invalid option 2\nrelease: 5.3\n", "release: 5.3"],
  ["\u001b[33m3.1.14\u001b[39m\n", "3.1.14"],
  ["nothing to tell\n", ""],
];

for (const [said, version] of TOLD) {
  test(`${JSON.stringify(said.slice(0, 40))} tells ${JSON.stringify(version)}`, () => {
    assert.equal(versionIn(said), version);
  });
}

test("a program is asked with the arguments that make it tell", () => {
  assert.equal(programVersion(process.execPath, ["--version"]), process.version);
});

test("a Go program tells the version of its own module, whichever module it was built in", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "tool");
  const tool = (modules: string): string => {
    const section = goBuildInfo("go1.26.8", modules);
    writeFileSync(path, elfBytes({ machine: 62, sections: { ".go.buildinfo": section } }));
    return programVersion(path, "build-info");
  };
  const named = "path\texample.com/tools/reload\n";
  assert.equal(tool(`${named}mod\texample.com/tools/reload\tv1.4.0\th1:a=\n`), "v1.4.0");
  const elsewhere = "mod\ttools\t(devel)\t\ndep\texample.com/tools\tv0.3.1\th1:a=\n";
  assert.equal(tool(`${named}${elsewhere}dep\texample.com/too\tv9.0.0\th1:a=\n`), "v0.3.1");
  assert.equal(tool(`${named}mod\texample.com/tools/reload\t(devel)\t\n`), "");
  assert.equal(programVersion(join(folder, "none"), "build-info"), "");
});
