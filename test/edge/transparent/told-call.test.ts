import assert from "node:assert/strict";
import { test } from "node:test";
import { MACHINES } from "#edge/transparent/calls/machine-abi.js";
import { parseAddress, parseNotification } from "#edge/transparent/calls/told-call.js";
import { isResting } from "#edge/transparent/rest-watch.js";
import { addressOf } from "#edge/transparent/take-bind.js";

const facts = { stream: true, v6Only: false, options: [] };

test("a notification is read as seccomp_unotify(2) lays it out", () => {
  const bytes = Buffer.alloc(80);
  bytes.writeBigUInt64LE(7n, 0);
  bytes.writeUInt32LE(4242, 8);
  bytes.writeInt32LE(MACHINES[process.arch]?.calls.bind ?? 0, 16);
  bytes.writeBigUInt64LE(5n, 32);
  bytes.writeBigUInt64LE(0x7ffd_0000_1000n, 40);
  bytes.writeBigUInt64LE(28n, 48);
  const args = [5n, 0x7ffd_0000_1000n, 28n, 0n, 0n, 0n];
  assert.deepEqual(parseNotification(bytes), { id: 7n, tid: 4242, name: "bind", args });
});

test("addresses are TCP's or nothing", () => {
  const v4 = Buffer.from(`02001f907f000001${"00".repeat(8)}`, "hex");
  const parsed = parseAddress(v4);
  assert.deepEqual(parsed, { family: 4, host: "127.0.0.1", wildcard: false, port: 8080 });
  const any6 = Buffer.from(`0a001f90${"00".repeat(24)}`, "hex");
  const any = parseAddress(any6);
  assert.ok(any !== null);
  assert.deepEqual(any, { family: 6, host: "0:0:0:0:0:0:0:0", wildcard: true, port: 8080 });
  assert.deepEqual(addressOf(any, facts), { kind: "tcp", host: "", port: 8080 });
  const only6 = addressOf(any, { ...facts, v6Only: true });
  assert.deepEqual(only6, { kind: "tcp", host: "0:0:0:0:0:0:0:0", port: 8080 });
  const scoped = Buffer.from(`0a001f9000000000fe80${"00".repeat(13)}0102000000`, "hex");
  assert.equal(parseAddress(scoped), null, "an address of one interface only");
  assert.equal(parseAddress(Buffer.from("01002f746d702f73", "hex")), null, "a Unix socket");
  assert.equal(parseAddress(Buffer.alloc(3)), null);
});

test("a connection rests when its last word was an answer, a while ago", () => {
  const times = { sentAgoMs: 200, receivedAgoMs: 300, acknowledgedAgoMs: 200 };
  const words = { heard: true, heardOnce: false, answered: true };
  const quiet = { inode: 1, unread: 0, unsent: 0, ...times, ...words };
  assert.equal(isResting(quiet), true);
  assert.equal(isResting({ ...quiet, sentAgoMs: 300, receivedAgoMs: 200 }), false, "at work");
  assert.equal(isResting({ ...quiet, sentAgoMs: 50 }), false, "a moment ago");
  assert.equal(isResting({ ...quiet, unread: 1 }), false);
  assert.equal(isResting({ ...quiet, unsent: 1 }), false);
  const silent = { ...quiet, heard: false };
  assert.equal(isResting(silent), false, "it is about to ask");
  assert.equal(isResting({ ...silent, sentAgoMs: 1_000, receivedAgoMs: 1_000 }), true);
});

test("a connection whose request came in the tick of its beginning is at work until it is answered", () => {
  const times = { sentAgoMs: 60_000, receivedAgoMs: 60_000, acknowledgedAgoMs: 60_000 };
  const words = { heard: true, heardOnce: true, answered: false };
  const asked = { inode: 1, unread: 0, unsent: 0, ...times, ...words };
  assert.equal(isResting(asked), false);
  assert.equal(isResting({ ...asked, answered: true }), true, "in that same tick");
});

test("request and answer in one tick: an acknowledgement that came later tells the answer was last", () => {
  const times = { sentAgoMs: 200, receivedAgoMs: 200, acknowledgedAgoMs: 160 };
  const words = { heard: true, heardOnce: false, answered: true };
  const tied = { inode: 1, unread: 0, unsent: 0, ...times, ...words };
  assert.equal(isResting(tied), true);
  const unclear = { ...tied, acknowledgedAgoMs: 200 };
  assert.equal(isResting(unclear), false, "the next request may have come");
  const longAgo = { sentAgoMs: 5_000, receivedAgoMs: 5_000, acknowledgedAgoMs: 5_000 };
  assert.equal(isResting({ ...unclear, ...longAgo }), true);
});
