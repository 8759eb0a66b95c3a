import assert from "node:assert/strict";
import { test } from "node:test";
import { createCleanups } from "#edge/observe/cleanups.js";
import { createFeed } from "#edge/observe/feed.js";

test("what came before is found, from the given place on", async () => {
  const feed = createFeed<number>();
  for (const n of [1, 12, 3, 14]) feed.push(n);
  assert.equal(await feed.until("ten", (n) => n > 10, 0, 1_000), 12);
  assert.equal(await feed.until("ten", (n) => n > 10, 2, 1_000), 14);
});

test("what comes later ends the wait, for those who wait for it only", async () => {
  const feed = createFeed<number>();
  const five = feed.until("five", (n) => n === 5, 0, 1_000);
  const six = feed.until("six", (n) => n === 6, 0, 20);
  feed.push(5);
  assert.equal(await five, 5);
  await assert.rejects(six, /six: not within 20 ms/);
});

test("the end of the feed is told to who waits and who comes later", async () => {
  const feed = createFeed<number>();
  const waiting = assert.rejects(
    feed.until("it", () => false, 0, 1_000),
    /it: gone/,
  );
  feed.push(1);
  feed.end("gone");
  feed.end("again");
  await waiting;
  await assert.rejects(
    feed.until("it", () => false, 0, 1_000),
    /it: gone/,
  );
  assert.equal(await feed.until("one", (n) => n === 1, 0, 1_000), 1);
});

test("cleanups run backwards, each once, even when one fails, and at once when they come late", async () => {
  const done: string[] = [];
  const cleanups = createCleanups();
  cleanups.add(() => done.push("first"));
  cleanups.add(() => {
    throw new Error("stuck");
  });
  cleanups.add(async () => done.push("last"));
  await assert.rejects(cleanups.run(), /stuck/);
  await cleanups.run();
  assert.deepEqual(done, ["last", "first"]);
  cleanups.add(() => done.push("late"));
  assert.deepEqual(done, ["last", "first", "late"]);
});
