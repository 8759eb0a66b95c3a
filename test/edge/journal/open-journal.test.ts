import assert from "node:assert/strict";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type EventJournal, openJournal } from "#edge/journal/open-journal.js";
import { readEvents } from "#edge/journal/read-events.js";
import type { StoreFailure } from "#edge/store/store-failure.js";
import { temporaryFolder, write } from "#test/edge/watch/folder.js";

function opened(t: TestContext, storeDir: string | null, bytesMax = 1 << 20) {
  const failures: StoreFailure[] = [];
  const onFailure = (failure: StoreFailure): void => void failures.push(failure);
  const journal = openJournal({ storeDir, onFailure, bytesMax });
  t.after(() => journal.close());
  return { journal, failures };
}

const announce = (journal: EventJournal, build: number): void =>
  journal.announce({ kind: "build-started", build, content: "c0ffee" }, build * 10);

const builds = (dir: string): unknown[] =>
  readEvents(dir).map(({ notice }) => (notice.kind === "build-started" ? notice.build : notice));

describe("openJournal", () => {
  test("writes one line an event, below a header that names the schema", (t) => {
    const dir = temporaryFolder(t);
    const { journal } = opened(t, dir);
    announce(journal, 1);
    const [header, event] = readFileSync(join(dir, "events.jsonl"), "utf8").split("\n");
    assert.equal(JSON.parse(header ?? "").schema, "hotpod.events/v1");
    const { time, ...rest } = JSON.parse(event ?? "");
    assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const notice = { kind: "build-started", build: 1, content: "c0ffee" };
    assert.deepEqual(rest, { v: 1, seq: 1, at: 10, notice });
  });

  test("a line cut off by a crash costs that event only", (t) => {
    const dir = temporaryFolder(t);
    const first = opened(t, dir).journal;
    announce(first, 1);
    first.close();
    appendFileSync(join(dir, "events.jsonl"), '{"v":1,"seq":2,"notice":{"ki');
    announce(opened(t, dir).journal, 3);
    assert.deepEqual(builds(dir), [1, 3]);
  });

  test("stays within two files, and within 500 events in memory", (t) => {
    const dir = temporaryFolder(t);
    const { journal } = opened(t, dir, 4_096);
    for (let build = 1; build <= 1_000; build += 1) announce(journal, build);
    for (const name of ["events.jsonl", "events.1.jsonl"]) {
      assert.ok(statSync(join(dir, name)).size < 4_096 + 200, name);
    }
    assert.equal(builds(dir).at(-1), 1_000);
    assert.ok(builds(dir).length > 20);
    assert.equal(journal.recent().length, 500);
    assert.equal(journal.recent()[0]?.seq, 501);
  });

  test("followers hear what comes", (t) => {
    const { journal } = opened(t, null);
    const heard: number[] = [];
    const stop = journal.follow(({ seq }) => heard.push(seq));
    announce(journal, 1);
    stop();
    announce(journal, 2);
    assert.deepEqual(heard, [1]);
  });

  test("without a usable store it says so once and keeps on in memory", async (t) => {
    const folder = temporaryFolder(t);
    write(folder, { file: "" });
    const { journal, failures } = opened(t, join(folder, "file"));
    announce(journal, 1);
    announce(journal, 2);
    await new Promise(setImmediate);
    assert.deepEqual(
      failures.map(({ kind }) => kind),
      ["not-a-directory"],
    );
    assert.equal(journal.recent().length, 2);
  });

  test("lines of a later version are left alone", (t) => {
    const dir = temporaryFolder(t);
    writeFileSync(join(dir, "events.jsonl"), '{"v":2,"seq":1}\nnull\n[]\n');
    assert.deepEqual(readEvents(dir), []);
    assert.deepEqual(readEvents(join(dir, "nowhere")), []);
  });
});
