import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LineWriter } from "#edge/line-writer.js";

const folder = mkdtempSync(join(tmpdir(), "hotpod-lines-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test("lines arrive whole and in order", async () => {
  const path = join(folder, "log");
  const fd = openSync(path, "w");
  const writer = new LineWriter(fd);
  for (let i = 0; i < 200; i++) writer.write(`line ${i}`);
  assert.equal(await writer.flushed(5_000), true);
  closeSync(fd);
  assert.equal(
    readFileSync(path, "utf8"),
    Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join(""),
  );
});

/** A pipe with both ends here; neither end waits. */
function pipe(name: string): { reader: number; writer: number } {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return { reader, writer };
}

test("a reader that stops reading costs lines, not the loop, and is told how many", async () => {
  const { reader, writer } = pipe("slow");
  const lines = new LineWriter(writer);
  const line = "x".repeat(10_000);
  for (let i = 0; i < 500; i++) lines.write(line);
  assert.equal(await lines.flushed(50), false);
  let text = "";
  const chunk = Buffer.alloc(65_536);
  for (let done = false; !done; ) {
    done = await lines.flushed(1);
    for (;;) {
      try {
        const length = readSync(reader, chunk, 0, chunk.length, null);
        if (length === 0) break;
        text += chunk.toString("latin1", 0, length);
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
        break;
      }
    }
  }
  const arrived = text.split("\n").filter((one) => one === line).length;
  const lost = Number(/hotpod: (\d+) log lines lost/.exec(text)?.[1]);
  assert.equal(arrived + lost, 500);
  assert.ok(lost > 0);
  closeSync(reader);
  closeSync(writer);
});

test("a reader that has gone away is forgotten", async () => {
  const { reader, writer } = pipe("gone");
  closeSync(reader);
  const lines = new LineWriter(writer);
  const ignored = (): void => {};
  process.on("SIGPIPE", ignored);
  lines.write("nobody");
  assert.equal(await lines.flushed(5_000), true);
  lines.write("nobody");
  assert.equal(await lines.flushed(5_000), true);
  process.off("SIGPIPE", ignored);
  closeSync(writer);
});

test("data that was asked for arrives whole, however slowly it is read", async (t) => {
  const { reader, writer: fd } = pipe("data");
  t.after(() => {
    closeSync(reader);
    closeSync(fd);
  });
  const writer = new LineWriter(fd);
  const line = "x".repeat(99_999);
  const wanted = 40 * 100_000;
  const written = (async () => {
    for (let i = 0; i < 40; i++) await writer.data(line);
    await writer.drained();
  })();
  let read = 0;
  let done = false;
  void written.then(() => {
    done = true;
  });
  const chunk = Buffer.alloc(64 * 1024);
  while (!done || read < wanted) {
    try {
      read += readSync(reader, chunk);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
    }
    // The writer gets its turn between two reads.
    await new Promise((turn) => setImmediate(turn));
  }
  assert.equal(read, wanted);
});
