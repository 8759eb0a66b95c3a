import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import { loadLibc } from "#edge/native/libc.js";
import { lookAtSocket, lookByName } from "#edge/transparent/foreign-socket.js";

const [AF_UNIX, AF_INET, AF_INET6] = [1, 2, 10];
const [STREAM, DATAGRAM, CLOEXEC, MPTCP] = [1, 2, 0o2000000, 262];

test("what a socket is can be told by its copy, and by its protocol's name where copying is refused", (context) => {
  const libc = loadLibc();
  const open = (family: number, type: number, protocol = 0): number => {
    const fd = libc.socket(family, type | CLOEXEC, protocol);
    if (fd >= 0) context.after(() => libc.close(fd));
    return fd;
  };
  const cases: readonly (readonly [fd: number, stream: boolean])[] = [
    [open(AF_INET, STREAM), true],
    [open(AF_INET6, STREAM), true],
    [open(AF_INET, STREAM, MPTCP), true],
    [open(AF_INET, DATAGRAM), false],
    [open(AF_INET6, DATAGRAM), false],
    [open(AF_UNIX, STREAM), false],
  ];
  for (const [fd, stream] of cases.filter(([one]) => one >= 0)) {
    assert.equal(lookByName(libc, process.pid, fd)?.stream, stream, `by name ${fd}`);
    assert.equal(lookAtSocket(libc, process.pid, fd)?.stream, stream, `by copy ${fd}`);
  }
  const file = openSync("/dev/null", "r");
  context.after(() => closeSync(file));
  assert.equal(lookByName(libc, process.pid, file), null, "no socket");
});
