import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { imageArtifact } from "#edge/builds/image-artifact.js";
import type { Happening } from "#model/happening.js";
import { failureOf, programOf, type Rig, rig } from "#test/edge/builds/rig.js";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";
import { needsTool } from "./needs-tool.js";

const main = (word: string): string =>
  `package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("${word}") }\n`;

const print = (program: string): string => execFileSync(program, { encoding: "utf8" }).trim();

describe("recipe artifact: however the file is replaced", () => {
  let folder = "";
  const programs = { one: "", two: "", foreign: "" };
  after(() => rmSync(folder, { recursive: true, force: true }));
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hotpod-test-"));
    write(folder, { "go.mod": "module example.com/app\n\ngo 1.21\n" });
    for (const name of ["one", "two"] as const) {
      write(folder, { "main.go": main(name) });
      programs[name] = join(folder, name);
      execFileSync("go", ["build", "-o", name, "."], {
        cwd: folder,
        env: { ...process.env, CGO_ENABLED: "0" },
      });
    }
    const foreign = readFileSync(programs.one);
    foreign.writeUInt16LE(process.arch === "arm64" ? 62 : 183, 18);
    programs.foreign = join(folder, "foreign");
    writeFileSync(programs.foreign, foreign, { mode: 0o755 });
  });

  /** A watched place with the first program in it, taken and serving. */
  async function serving(t: TestContext): Promise<{ made: Rig; file: string; first: string }> {
    const cwd = temporaryFolder(t);
    const file = join(cwd, "app");
    copyFileSync(programs.one, file);
    const made = rig(t, { recipe: "artifact", artifact: file }, { cwd });
    await made.watching.read();
    const first = programOf(made, await made.build());
    assert.equal(print(first), "one");
    return { made, file, first };
  }

  /** Does as the core does: builds again after every notice, until `done`. */
  async function follow(made: Rig, done: (end: Happening) => boolean): Promise<Happening[]> {
    const ends: Happening[] = [];
    for (;;) {
      const noticed = made.next("change-noticed");
      const end = await made.build();
      ends.push(end);
      if (done(end)) {
        noticed.catch(() => {});
        return ends;
      }
      await noticed;
    }
  }

  const good = (end: Happening): boolean => end.kind === "build-succeeded";

  const ways: readonly (readonly [string, (file: string) => void])[] = [
    ["cp over it", (file) => execFileSync("cp", [programs.two, file])],
    ["cp over it while the copy taken before runs", (file) => copyFileSync(programs.two, file)],
    [
      "mv onto it",
      (file) => {
        copyFileSync(programs.two, `${file}.new`);
        renameSync(`${file}.new`, file);
      },
    ],
    [
      "mv from another file system",
      (file) => {
        const other = mkdtempSync(
          join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "hotpod-test-"),
        );
        copyFileSync(programs.two, join(other, "app"));
        execFileSync("mv", [join(other, "app"), file]);
        rmSync(other, { recursive: true });
      },
    ],
    [
      "rm, then cp",
      (file) => {
        rmSync(file);
        execFileSync("cp", [programs.two, file]);
      },
    ],
    [
      "go build -o onto it",
      (file) => {
        write(folder, { "main.go": main("two") });
        execFileSync("go", ["build", "-o", file, "."], { cwd: folder });
      },
    ],
  ];
  for (const [way, replace] of ways) {
    test(way, async (t) => {
      if (!needsTool(t, "go", "version")) return;
      const { made, file, first } = await serving(t);
      const noticed = made.next("change-noticed");
      replace(file);
      await noticed;
      const ends = await follow(made, good);
      const second = programOf(made, ends.at(-1) as Happening);
      assert.equal(print(second), "two");
      assert.equal(print(first), "one", "what serves is untouched");
    });
  }

  test("a slow copy is not taken before it is whole", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const { made, file } = await serving(t);
    const bytes = readFileSync(programs.two);
    const fd = openSync(file, "w");
    let open = true;
    t.after(() => open && closeSync(fd));
    let written = 0;
    const more = (share: number): void => {
      const end = Math.floor(bytes.length * share);
      written += writeSync(fd, bytes, written, end - written);
    };
    for (const share of [0, 0.3, 0.6, 0.999, 1]) {
      more(share);
      const failure = failureOf(await made.build());
      assert.equal(failure.kind, "incomplete", `${share}: ${JSON.stringify(failure)}`);
    }
    closeSync(fd);
    open = false;
    const ends = await follow(made, good);
    assert.equal(print(programOf(made, ends.at(-1) as Happening)), "two");
  });

  test("half a file, with nobody writing, is incomplete; the rest makes it whole", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const { made, file } = await serving(t);
    const bytes = readFileSync(programs.two);
    copyFileSync(programs.two, file);
    truncateSync(file, Math.floor(bytes.length / 2));
    const failure = failureOf(await made.build());
    assert.ok(failure.kind === "incomplete");
    assert.match(failure.detail, /app: a se(gment|ction) ends at byte \d+ of \d+/);
    await made.next("change-noticed");
    appendFileSync(file, bytes.subarray(Math.floor(bytes.length / 2)));
    const ends = await follow(made, good);
    assert.equal(print(programOf(made, ends.at(-1) as Happening)), "two");
  });

  test("another architecture, and a file that is not executable, can never run", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const { made, file } = await serving(t);
    copyFileSync(programs.foreign, file);
    const foreign = failureOf(await made.build());
    assert.ok(foreign.kind === "unusable");
    assert.match(foreign.detail, /app is built for (aarch64|x86-64), this machine is /);
    copyFileSync(programs.two, file);
    const seen = await made.watching.read();
    chmodSync(file, 0o644);
    const plain = failureOf(await made.build());
    assert.ok(plain.kind === "unusable");
    assert.match(plain.detail, /app is not executable \(chmod \+x\)/);
    const without = await made.watching.read();
    assert.notEqual(without.content, seen.content);
    chmodSync(file, 0o755);
    assert.equal((await made.watching.read()).content, seen.content, "and chmod +x is a change");
    programOf(made, await made.build());
  });

  test("it vanishes and comes back", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const { made, file } = await serving(t);
    rmSync(file);
    assert.equal(failureOf(await made.build()).kind, "incomplete");
    assert.equal((await made.watching.read()).content, null);
    const noticed = made.next("change-noticed");
    copyFileSync(programs.two, file);
    await noticed;
    const ends = await follow(made, good);
    assert.equal(print(programOf(made, ends.at(-1) as Happening)), "two");
  });

  test("the image's own program is taken first, when there is one", async (t) => {
    if (!needsTool(t, "go", "version")) return;
    const { made, file } = await serving(t);
    const place = {
      recipe: "artifact",
      imageProgram: null,
      artifact: join(made.cwd, "later"),
    } as const;
    const none = await imageArtifact(place, made.store);
    assert.deepEqual(none, { ok: true, value: null });
    const image = await imageArtifact({ ...place, imageProgram: file }, made.store);
    assert.ok(image.ok && image.value !== null);
    assert.equal(image.value.content, null);
    assert.equal(print(made.store.pathOf(image.value.id)), "one");
    writeFileSync(file, "no program\n");
    const broken = await imageArtifact({ ...place, imageProgram: file }, made.store);
    assert.ok(!broken.ok && broken.error.kind === "unusable");
    assert.ok(statSync(file).isFile());
  });
});
