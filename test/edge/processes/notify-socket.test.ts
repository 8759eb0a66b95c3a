import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadLibc } from "#edge/native/libc.js";
import { AF_UNIX, addressUnix } from "#edge/native/socket-address.js";
import {
  openNotifySocket,
  readNotifications,
  sweepNotifySockets,
} from "#edge/processes/notify-socket.js";

for (const [datagram, notification] of [
  ["READY=1", "ready"],
  ["STATUS=up\nREADY=1\n", "ready"],
  ["STOPPING=1\nREADY=1", "stopping"],
  ["X_HOTPOD_STANDS_BY=1\nREADY=1", "stands-by, ready"],
  ["X_HOTPOD_STANDS_BY=1", "stands-by"],
  ["X_HOTPOD_STANDS_BY=0", "hello"],
  ["STATUS=warming up", "hello"],
  ["MAINPID=5", "hello"],
  ["READY=0", "hello"],
  ["", ""],
  ["nonsense", ""],
] as const) {
  test(`${JSON.stringify(datagram)} means ${notification}`, () => {
    assert.equal(readNotifications(datagram).join(", "), notification);
  });
}

const libc = loadLibc();
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;

function send(path: string, text: string): void {
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  const address = addressUnix(path);
  assert.ok(address !== null && libc.connect(fd, address) === 0, path);
  assert.equal(libc.send(fd, Buffer.from(text)), text.length);
  libc.close(fd);
}

for (const place of ["folder", "read-only"] as const) {
  test(`a datagram is heard where the place is a ${place}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "hotpod-notify-"));
    const where = place === "folder" ? folder : "/proc/nowhere";
    const heard = await new Promise((resolve) => {
      const socket = openNotifySocket(libc, where, (notification) => {
        socket?.close();
        resolve([notification, socket !== null && existsSync(socket.path)]);
      });
      assert.ok(socket !== null);
      assert.ok(socket.path.startsWith(place === "folder" ? folder : tmpdir()), socket.path);
      send(socket.path, "READY=1");
    });
    assert.deepEqual(heard, ["ready", false]);
    rmSync(folder, { recursive: true });
  });
}

test("only sockets nobody listens on are swept", () => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-notify-"));
  const living = openNotifySocket(libc, folder, () => {});
  const dead = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  assert.equal(libc.bind(dead, addressUnix(`${folder}/notify-0123456789ab.sock`) as Buffer), 0);
  libc.close(dead);
  sweepNotifySockets(libc, folder);
  assert.deepEqual(
    readdirSync(folder).map((name) => `${folder}/${name}`),
    [living?.path],
  );
  living?.close();
  rmSync(folder, { recursive: true });
});
