import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { writeVolume } from "#test/edge/atomic-writer.js";
import {
  contentOf,
  type Followed,
  newFile,
  newFolder,
  next,
  publish,
  replace,
  start,
  validate,
  ways,
} from "./followed.js";

const limits = { timeout: 60_000 };

/** Makes a change and waits until it is in place. */
async function change(followed: Followed, round: number, make: () => void): Promise<void> {
  const [before, changed] = [followed.value, next(followed, "change")];
  make();
  const [value, old] = await changed;
  assert.equal(value, followed.value);
  assert.equal(old, before);
  assert.deepEqual(followed.value, JSON.parse(contentOf(round)));
  assert.equal(followed.error, null);
}

/** Makes a change and waits until it is refused. */
async function refusal(followed: Followed, message: RegExp, make: () => void): Promise<void> {
  const [before, refused] = [followed.value, next(followed, "error")];
  make();
  const [error] = await refused;
  assert.match((error as Error).message, message);
  assert.equal(followed.error, error);
  assert.equal(followed.value, before);
}

/** Waits for what no event announces. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

test("a file that is missing or refused at the start is an error", limits, (t) => {
  const path = newFile(t);
  const begin = (content: string) => () => {
    writeFileSync(path, content);
    start(t, path);
  };
  assert.throws(begin(""), { message: new RegExp(`^hotpod: configuration ${path}: .*JSON`) });
  assert.throws(begin(`{"round": 1.5}`), /a round is a whole number/);
  assert.throws(() => start(t, join(path, "..")), /it is no regular file/);
  assert.throws(() => start(t, `${path}.none`), /ENOENT/);
  writeFileSync(path, contentOf(1));
  const decode = async () => ({ round: 1 });
  assert.throws(() => start(t, path, undefined, { decode }), /decode must not return a promise/);
});

test("a value is frozen as a whole, and has a version", limits, async (t) => {
  const path = newFile(t);
  const followed = start(t, path);
  assert.throws(() => {
    (followed.value.list[0] as { name: string }).name = "torn";
  }, TypeError);
  const first = followed.version;
  assert.equal(first.hash, createHash("sha256").update(contentOf(1)).digest("hex").slice(0, 12));
  assert.equal(first.number, 1);
  await change(followed, 2, () => replace(path, contentOf(2)));
  assert.equal(followed.version.number, 2);
  assert.ok(followed.version.at >= first.at);
  assert.notEqual(followed.version.hash, first.hash);
});

test("what validate returns is taken", limits, (t) => {
  const path = newFile(t);
  const followed = start(t, path, undefined, {
    decode: (content) => ({ round: content.length, list: [] }),
    validate: ({ round }) => ({ round: -round, list: [] }),
  });
  assert.equal(followed.value.round, -contentOf(1).length);
});

for (const how of ways) {
  test(`every way of writing is followed (${how.way})`, limits, async (t) => {
    const path = newFile(t);
    const followed = start(t, path, how);
    await change(followed, 2, () => replace(path, contentOf(2)));
    await change(followed, 3, () => writeFileSync(path, contentOf(3)));
    await refusal(followed, /ENOENT/, () => rmSync(path));
    await change(followed, 4, () => writeFileSync(path, contentOf(4)));
    const elsewhere = join(newFolder(t), "other.json");
    writeFileSync(elsewhere, contentOf(5));
    symlinkSync(elsewhere, `${path}.link`);
    await change(followed, 5, () => renameSync(`${path}.link`, path));
    await change(followed, 6, () => replace(elsewhere, contentOf(6)));
    assert.equal(followed.version.number, 6);
  });

  test(`a mounted volume is followed (${how.way})`, limits, async (t) => {
    const folder = newFolder(t);
    publish(folder, "..2026_01_01", contentOf(1));
    const link = join(newFolder(t), "linked.json");
    symlinkSync(join(folder, "config.json"), link);
    for (const path of [join(folder, "config.json"), link]) {
      const followed = start(t, path, how);
      const first = followed.value.round;
      const stamp = (round: number): string => `..2026_02_0${round}`;
      for (const round of [first + 1, first + 2]) {
        await change(followed, round, () => publish(folder, stamp(round), contentOf(round)));
      }
      await refusal(followed, /JSON/, () => publish(folder, `..bad_${first}`, `{"round": 9`));
      // The swap alone is enough: nothing needs the end of the old folder.
      const last = first + 3;
      await change(followed, last, () => publish(folder, stamp(last), contentOf(last), true));
    }
  });

  test(`a key may leave a volume and come back (${how.way})`, limits, async (t) => {
    const folder = newFolder(t);
    publish(folder, "..2026_01_01", contentOf(1));
    const followed = start(t, join(folder, "config.json"), how);
    const other = { "other.json": "{}" };
    await refusal(followed, /ENOENT/, () => writeVolume(folder, "..2026_01_02", other));
    const both = { ...other, "config.json": contentOf(2) };
    await change(followed, 2, () => writeVolume(folder, "..2026_01_03", both));
    // A neighbour that goes is no news.
    publish(folder, "..2026_01_04", contentOf(2));
    await change(followed, 3, () => publish(folder, "..2026_01_05", contentOf(3)));
    assert.equal(followed.version.number, 3);
  });

  test(`content is refused once, and a good one ends that (${how.way})`, limits, async (t) => {
    const path = newFile(t);
    const followed = start(t, path, how);
    let refusals = 0;
    followed.on("error", () => {
      refusals += 1;
    });
    await refusal(followed, /whole number/, () => replace(path, `{"round": "2"}`));
    utimesSync(path, new Date(), new Date());
    await refusal(followed, /JSON/, () => replace(path, "{"));
    // Back to what is in place: no change, and nothing wrong any more.
    replace(path, contentOf(1));
    await until(() => followed.error === null);
    await change(followed, 2, () => replace(path, contentOf(2)));
    assert.equal(followed.version.number, 2);
    assert.equal(refusals, 2);
  });
}

test("a folder made anew under the same path is followed", limits, async (t) => {
  const folder = join(newFolder(t), "settings");
  mkdirSync(folder);
  writeFileSync(join(folder, "config.json"), contentOf(1));
  const followed = start(t, join(folder, "config.json"), { pollMs: 5, settleMs: 2, notify: true });
  await change(followed, 2, () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), contentOf(2));
  });
  await change(followed, 3, () => replace(join(folder, "config.json"), contentOf(3)));
});

test("nothing happens after close, and an error needs no listener", limits, async (t) => {
  const path = newFile(t);
  const [closed, deaf, other] = [start(t, path), start(t, path), start(t, path)];
  closed.close();
  closed.close();
  await refusal(other, /JSON/, () => replace(path, "{"));
  await change(other, 2, () => replace(path, contentOf(2)));
  assert.equal(closed.value.round, 1);
  assert.equal(closed.error, null);
  assert.ok(deaf.value.round >= 1);
});

test("validate is called before anybody sees the value", limits, async (t) => {
  const path = newFile(t);
  const seen: number[] = [];
  const followed = start(t, path, undefined, {
    validate: (value) => {
      seen.push(value.round);
      return validate(value);
    },
  });
  await change(followed, 2, () => replace(path, contentOf(2)));
  assert.deepEqual(seen, [1, 2]);
});

test("what is being written is not judged before it stays the same", limits, (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const path = newFile(t);
  const judged: string[] = [];
  const followed = start(
    t,
    path,
    { pollMs: 1000, settleMs: 100, notify: false },
    {
      decode: (content) => {
        judged.push(String(content));
        return JSON.parse(String(content));
      },
    },
  );
  const whole = contentOf(2);
  for (const [length, ms] of [
    [10, 1000],
    [20, 100],
    [whole.length, 99],
  ] as const) {
    writeFileSync(path, whole.slice(0, length));
    t.mock.timers.tick(ms);
  }
  t.mock.timers.tick(1);
  assert.deepEqual(judged, [contentOf(1)]);
  t.mock.timers.tick(100);
  assert.deepEqual(judged, [contentOf(1), whole]);
  assert.deepEqual([followed.value.round, followed.error], [2, null]);
});
