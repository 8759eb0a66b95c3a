import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder, write } from "./folder.js";
import { watched } from "./watched.js";

describe("a change is a change of content", () => {
  test("writing, adding, renaming and removing files change it; undoing brings the same content back", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "package main", "sub/a.go": "package sub" });
    const { watching, after } = watched(t, folder);
    const first = await watching.read();
    assert.match(first.content ?? "", /^[0-9a-f]{12}$/);
    assert.deepEqual(first.changed, []);

    const edited = await after(() => write(folder, { "main.go": "package main // 2" }));
    assert.notEqual(edited.content, first.content);
    assert.deepEqual(edited.changed, ["main.go"]);

    const moved = await after(() => renameSync(join(folder, "sub/a.go"), join(folder, "sub/b.go")));
    assert.deepEqual([...moved.changed].sort(), ["sub/a.go", "sub/b.go"]);

    await after(() => renameSync(join(folder, "sub/b.go"), join(folder, "sub/a.go")));
    const back = await after(() => write(folder, { "main.go": "package main" }));
    assert.equal(back.content, first.content);
  });

  test("touch, chmod and saving without a change do not", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "package main" });
    const file = join(folder, "main.go");
    const { watching, after } = watched(t, folder);
    const { content } = await watching.read();
    for (const act of [
      () => utimesSync(file, new Date(), new Date()),
      () => chmodSync(file, 0o755),
      () => write(folder, { "main.go": "package main" }),
      () => mkdirSync(join(folder, "empty")),
    ]) {
      const reading = await after(act);
      assert.deepEqual(reading, { content, changed: [], midSave: false, missing: false });
    }
  });

  test("a file that has gone or is empty may be in the midst of a save", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "package main" });
    const file = join(folder, "main.go");
    const { watching, after } = watched(t, folder);
    await watching.read();
    const steps: readonly [act: () => void, midSave: boolean][] = [
      [() => write(folder, { "main.go": "" }), true],
      [() => write(folder, { "main.go": "package main // 2" }), false],
      [() => renameSync(file, join(folder, "main.go~")), true],
      [() => write(folder, { "main.go": "" }), true],
      [() => write(folder, { "main.go": "package main // 3" }), false],
      [() => write(folder, { "new.go": "package main" }), false],
      [() => unlinkSync(file), true],
    ];
    for (const [act, midSave] of steps) assert.equal((await after(act)).midSave, midSave, `${act}`);
  });

  test("the same length and time do not hide a change", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "aaaa" });
    const { watching, after } = watched(t, folder);
    const time = new Date(1_000);
    utimesSync(join(folder, "main.go"), time, time);
    const first = await watching.read();
    const second = await after(() => {
      write(folder, { "main.go": "bbbb" });
      utimesSync(join(folder, "main.go"), time, time);
    });
    assert.notEqual(second.content, first.content);
  });
});

describe("what is watched", () => {
  test("new folders, also those that are filled while they are found", async (t) => {
    const folder = temporaryFolder(t);
    const { watching, until, after } = watched(t, folder);
    const { content } = await watching.read();
    write(folder, { "a/b/c/d.go": "1" });
    const found = await until((reading) => reading.content !== content);
    const again = await after(() => write(folder, { "a/b/c/d.go": "2" }));
    assert.notEqual(again.content, found.content);
  });

  test("a folder that was removed and made again is heard again", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "a/x.go": "1" });
    const { watching, until, after } = watched(t, folder);
    const { content } = await watching.read();
    rmSync(join(folder, "a"), { recursive: true });
    write(folder, { "a/x.go": "1" });
    await until((reading) => reading.content === content);
    const edited = await after(() => write(folder, { "a/x.go": "2" }));
    assert.notEqual(edited.content, content);
  });

  test("not what ignore files, editors and tests write", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, {
      ".gitignore": "*.log\n/bin\n",
      "sub/.gitignore": "!kept.log\ngenerated.go\n",
      ".dockerignore": "docs\n",
      "main.go": "1",
      "sub/keep.go": "1",
      "bin/x": "1",
      "docs/a.md": "1",
    });
    const { watching, after, notices } = watched(t, folder, {
      ignore: ["secret", "!wanted_test.go"],
    });
    const { content } = await watching.read();
    const ignored = [
      "x.log",
      "bin/y",
      "docs/b.md",
      "sub/generated.go",
      "main_test.go",
      ".main.go.swp",
      "main.go~",
      "4913",
      "#main.go#",
      ".#main.go",
      "x.tmp",
      "main.go___jb_tmp___",
      "sedAbC123",
      "secret",
      "node_modules/a/b.js",
      ".git/index.lock",
      ".hotpod/store/abc/artifact",
    ];
    write(folder, Object.fromEntries(ignored.map((name) => [name, "new"])));
    assert.equal((await watching.read()).content, content, "none of them counts");
    const since = notices();
    for (const name of ["x.log", "bin/y", "docs/b.md", ".main.go.swp"]) {
      appendFileSync(join(folder, name), "more");
    }
    const kept = await after(() => write(folder, { "sub/kept.log": "1" }));
    assert.deepEqual(kept.changed, ["sub/kept.log"]);
    const wanted = await after(() => write(folder, { "wanted_test.go": "1" }));
    assert.deepEqual(wanted.changed, ["wanted_test.go"]);
    assert.ok(notices() - since <= 4, "ignored files do not even wake it");
  });

  test("a changed ignore file holds at once", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "1", "gen/a.go": "1" });
    const { watching, after } = watched(t, folder);
    await watching.read();
    const less = await after(() => write(folder, { ".gitignore": "gen\n" }));
    assert.deepEqual(less.changed, ["gen/a.go"]);
    const more = await after(() => unlinkSync(join(folder, ".gitignore")));
    assert.deepEqual(more.changed, ["gen/a.go"]);
  });

  test("a mounted configuration: only the swap of ..data counts, by its content", async (t) => {
    const folder = temporaryFolder(t);
    const release = (name: string, text: string): void => {
      write(folder, { [`${name}/app.yaml`]: text, [`${name}/tls/key`]: text });
      symlinkSync(name, join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    release("..2026_01", "one");
    symlinkSync("..data/app.yaml", join(folder, "app.yaml"));
    symlinkSync("..data/tls", join(folder, "tls"));
    const { watching, until, after } = watched(t, folder);
    const first = await watching.read();
    const second = await until.call(null, (reading) => {
      if (reading.content === first.content) release("..2026_02", "two");
      return reading.content !== first.content;
    });
    assert.deepEqual([...second.changed].sort(), ["app.yaml", "tls/key"]);
    const same = await after(() => release("..2026_03", "two"));
    assert.deepEqual(same, {
      content: second.content,
      changed: [],
      midSave: false,
      missing: false,
    });
  });

  test("links to files and folders elsewhere, and links in circles", async (t) => {
    const folder = temporaryFolder(t);
    const elsewhere = temporaryFolder(t);
    write(elsewhere, { "v1/a.go": "1", "v2/a.go": "2", "one.yaml": "1" });
    symlinkSync("v1", join(elsewhere, "current"));
    symlinkSync(join(elsewhere, "current"), join(folder, "src"));
    symlinkSync(join(elsewhere, "one.yaml"), join(folder, "one.yaml"));
    symlinkSync(".", join(folder, "circle"));
    symlinkSync("nowhere", join(folder, "broken"));
    const { watching, after } = watched(t, folder);
    const first = await watching.read();
    const edited = await after(() => write(elsewhere, { "one.yaml": "2" }));
    assert.deepEqual(edited.changed, ["one.yaml"]);
    const swapped = await after(() => {
      symlinkSync("v2", join(elsewhere, "next"));
      renameSync(join(elsewhere, "next"), join(elsewhere, "current"));
    });
    assert.deepEqual(swapped.changed, ["src/a.go"]);
    assert.notEqual(swapped.content, first.content);
    const inside = await after(() => write(elsewhere, { "v2/a.go": "3" }));
    assert.deepEqual(inside.changed, ["src/a.go"]);
  });

  test("a single file, which may come later and be replaced", async (t) => {
    const folder = temporaryFolder(t);
    const artifact = join(folder, "drop/later/app");
    const { watching, until, after } = watched(t, folder, { recipe: "artifact", artifact });
    assert.deepEqual(await watching.read(), {
      content: null,
      changed: [],
      midSave: false,
      missing: true,
    });
    write(folder, { "drop/later/app": "1" });
    const first = await until(({ content }) => content !== null);
    const second = await after(() => {
      write(folder, { "drop/later/new": "2" });
      renameSync(join(folder, "drop/later/new"), artifact);
    });
    assert.notEqual(second.content, first.content);
    const executable = await after(() => chmodSync(artifact, 0o755));
    assert.notEqual(executable.content, second.content, "for a program, being executable counts");
    write(folder, { "unrelated.go": "1" });
    assert.equal((await watching.read()).content, executable.content);
  });

  test("by looking alone, where nothing tells", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "1", "sub/a.go": "1" });
    const { watching, after } = watched(t, folder, { poll: "always" });
    const first = await watching.read();
    assert.equal(watching.size().polling, true);
    const edited = await after(() => write(folder, { "sub/a.go": "2" }));
    assert.notEqual(edited.content, first.content);
    assert.deepEqual(edited.changed, ["sub/a.go"]);
  });

  test("files that come and go while they are read", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { "main.go": "1" });
    const { watching, until } = watched(t, folder);
    const { content } = await watching.read();
    for (let round = 0; round < 200; round += 1) {
      const name = join(folder, `f${round % 3}.go`);
      writeFileSync(name, `${round}`);
      const reading = watching.read();
      unlinkSync(name);
      await reading;
    }
    await until((reading) => reading.content === content);
  });
});
