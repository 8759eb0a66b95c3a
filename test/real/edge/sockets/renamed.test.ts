import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openOrFail, provided, type RunningProgram, startProgram } from "./steered-rig.js";

function rig(context: TestContext, name = "app.sock") {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-unix-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  const opened = openOrFail([{ name: "u", address: { kind: "unix", path } }]);
  context.after(() => opened.listeners.close());
  const visit = async (): Promise<void> => {
    const socket = connect({ path });
    context.after(() => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
  };
  return { ...opened, folder, path, visit };
}

test("clients of a path go to whom it was renamed for, and nobody else's queue grows", async (context) => {
  const { listeners, path, visit, folder } = rig(context);
  provided(listeners, 1);
  await visit();
  provided(listeners, 2);
  assert.deepEqual([listeners.waiting(1), listeners.waiting(2)], [1, 0], "the second one is dark");
  chmodSync(path, 0o600);
  listeners.steer(2);
  assert.equal(statSync(path).mode & 0o777, 0o600, "it is open to the same users");
  await visit();
  await visit();
  assert.deepEqual([listeners.waiting(1), listeners.waiting(2)], [1, 2]);
  listeners.steer(1);
  await visit();
  assert.deepEqual([listeners.waiting(1), listeners.waiting(2)], [2, 2], "and back again");
  listeners.release(1);
  await visit();
  assert.equal(listeners.waiting(2), 3, "the path is never left alone");
  listeners.close();
  assert.deepEqual(readdirSync(folder), [], "no file is left");
});

test("who waits in a socket goes to the generation that takes its place, and the last one's is kept", async (context) => {
  const { listeners, happened, visit } = rig(context);
  provided(listeners, 1);
  await visit();
  provided(listeners, 2);
  listeners.steer(2);
  listeners.awaitQueue(1);
  await visit();
  assert.deepEqual(happened, [], "one waits in it");
  provided(listeners, 3, 1);
  assert.equal(listeners.waiting(3), 1);
  for (const generation of [3, 2]) listeners.release(generation);
  await visit();
  provided(listeners, 4);
  assert.equal(listeners.waiting(4), 2);
});

test("what a killed run has left beside the path is removed, what lives is not", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-unix-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const binder = (name: string): Promise<RunningProgram> => {
    const file = join(folder, name);
    const listen = `s=socket.socket(1);s.bind("${file}");s.listen();print(1,flush=True);input()`;
    return startProgram(["python3", "-c", `import socket;${listen}`]);
  };
  const [dead, living, other] = [".a.sock.hotpod-7", ".a.sock.hotpod-8", ".a.sock.other"];
  await (await binder(dead)).stop();
  await (await binder(other)).stop();
  const alive = await binder(living);
  const { listeners } = openOrFail([
    { name: "u", address: { kind: "unix", path: join(folder, "a.sock") } },
  ]);
  assert.deepEqual(readdirSync(folder).sort(), [living, other, "a.sock"]);
  await alive.stop();
  listeners.close();
});

test("a path without room for names beside it has one socket for all", (context) => {
  const { folder } = rig(context);
  const path = join(folder, "x".repeat(105 - folder.length));
  const { listeners, warnings } = openOrFail([{ name: "u", address: { kind: "unix", path } }]);
  context.after(() => listeners.close());
  assert.deepEqual(
    warnings.map(({ kind }) => kind),
    ["unsteered"],
  );
});
