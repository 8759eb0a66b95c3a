import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openStore, type Store } from "#edge/store/open-store.js";
import { storeError } from "#edge/store/store-failure.js";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";

function opened(t: TestContext, dir: string, keep = 3): Store {
  const store = openStore(dir, () => keep);
  if (!store.ok) assert.fail(store.error.detail);
  t.after(() => store.value.close());
  return store.value;
}

async function put(store: Store, text: string): Promise<string> {
  const output = store.newOutput();
  assert.ok(output.ok);
  writeFileSync(output.value, text);
  const adopted = await store.adopt(output.value, "c0ffee");
  if (!adopted.ok) assert.fail(adopted.error.detail);
  return adopted.value.artifact.id;
}

const artifacts = (dir: string): string[] =>
  readdirSync(dir).filter((name) => /^[0-9a-f]{12}$/.test(name));

describe("openStore", () => {
  test("names artifacts by their bytes and makes them executable", async (t) => {
    const dir = join(temporaryFolder(t), "deep/store");
    const store = opened(t, dir);
    const one = await put(store, "one");
    assert.equal(one, "7692c3ad3540", "the first 12 digits of SHA-256");
    assert.equal(readFileSync(store.pathOf(one), "utf8"), "one");
    assert.equal(statSync(store.pathOf(one)).mode & 0o111, 0o111);
    assert.equal(await put(store, "one"), one);
    assert.notEqual(await put(store, "two"), one);
    assert.deepEqual(readdirSync(join(dir, "tmp")), [], "nothing is left beside");
  });

  test("an identical artifact keeps the file that may be running", async (t) => {
    const store = opened(t, temporaryFolder(t));
    const id = await put(store, "one");
    const { ino } = statSync(store.pathOf(id));
    await put(store, "one");
    assert.equal(statSync(store.pathOf(id)).ino, ino);
  });

  test("damaged bytes are not taken for the artifact", async (t) => {
    const store = opened(t, temporaryFolder(t));
    const id = await put(store, "one");
    writeFileSync(store.pathOf(id), "eno");
    await put(store, "one");
    assert.equal(readFileSync(store.pathOf(id), "utf8"), "one");
  });

  test("keeps the asked, the good and the newest, and as many as may be kept", async (t) => {
    const dir = temporaryFolder(t);
    const store = opened(t, dir, 3);
    const ids: string[] = [];
    for (const text of ["a", "b", "c", "d", "e", "f"]) ids.push(await put(store, text));
    const [a, b, , , , f] = ids as [string, string, string, string, string, string];
    assert.equal(await store.markGood(a), null);
    store.collect([b]);
    assert.deepEqual(artifacts(dir).sort(), [a, b, f].sort());
    store.collect(ids);
    assert.equal(artifacts(dir).length, 3, "nothing comes back");
  });

  test("more may be asked for than may be kept", async (t) => {
    const dir = temporaryFolder(t);
    const store = opened(t, dir, 1);
    const ids = [await put(store, "a"), await put(store, "b"), await put(store, "c")];
    store.collect(ids);
    assert.equal(artifacts(dir).length, 3);
  });

  test("remembers the last good one beyond its own life, unless it was damaged", async (t) => {
    const dir = temporaryFolder(t);
    const first = opened(t, dir);
    assert.equal(await first.lastGood(), null);
    const id = await put(first, "good");
    await first.markGood(id);
    first.close();
    const second = opened(t, dir);
    assert.deepEqual(await second.lastGood(), { id, content: null });
    second.collect([]);
    assert.ok(second.has(id), "a new run keeps it too");
    writeFileSync(second.pathOf(id), "bad!");
    assert.equal(await second.lastGood(), null);
  });

  test("current is a link that always points to an artifact", async (t) => {
    const dir = temporaryFolder(t);
    const store = opened(t, dir);
    for (const text of ["a", "b"]) {
      const id = await put(store, text);
      assert.equal(store.setCurrent(id), null);
      assert.equal(readlinkSync(join(dir, "current")), id);
    }
  });

  test("removes what a killed run left half-done", (t) => {
    const dir = temporaryFolder(t);
    write(dir, { "tmp/77-1/artifact": "half", "0123456789ab/artifact": "" });
    mkdirSync(join(dir, "ffffffffffff"));
    opened(t, dir);
    assert.equal(existsSync(join(dir, "tmp/77-1")), false);
    assert.deepEqual(artifacts(dir), []);
  });

  test("two on one folder: the second hears who has it", (t) => {
    const dir = temporaryFolder(t);
    const store = opened(t, dir);
    const second = openStore(dir, () => 3);
    assert.ok(!second.ok);
    assert.equal(second.error.kind, "locked");
    assert.equal(
      storeError(second.error).message,
      `another hotpod uses the store ${dir}: process ${process.pid}`,
    );
    store.close();
    opened(t, dir);
  });

  test("a file in the way is named", (t) => {
    const folder = temporaryFolder(t);
    write(folder, { file: "" });
    for (const dir of [join(folder, "file"), join(folder, "file/store")]) {
      const store = openStore(dir, () => 3);
      assert.ok(!store.ok);
      assert.equal(store.error.kind, "not-a-directory");
      assert.match(store.error.detail, new RegExp(dir));
    }
  });
});
