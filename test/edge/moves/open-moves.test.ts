import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { type Moves, openMoves } from "#edge/moves/open-moves.js";
import { receiveDescriptors, sendDescriptors } from "#edge/native/descriptor-message.js";
import { loadLibc } from "#edge/native/libc.js";

const libc = loadLibc();
const F_DUPFD_CLOEXEC = 1030;
const F_GETFD = 1;

/** A generation as its process would be: with copies of what it inherits. */
interface Inheriting {
  readonly sender: number;
  readonly receiver: number;
  takes(): void;
  /** What it was told since it was last asked. */
  told(): string[];
}

function open(t: TestContext): { moves: Moves; inherit: (generation: number) => Inheriting } {
  const moves = openMoves(libc);
  t.after(() => moves.close());
  const inherit = (generation: number): Inheriting => {
    const copies = moves.provide(generation).map((fd) => libc.fcntl(fd, F_DUPFD_CLOEXEC, 10));
    moves.given(generation);
    t.after(() => {
      for (const fd of copies) libc.close(fd);
    });
    const [sender = -1, receiver = -1, channel = -1] = copies;
    return {
      sender,
      receiver,
      takes: () => libc.send(channel, Buffer.from("takes\n")),
      told: () => {
        const into = Buffer.alloc(256);
        const length = Math.max(0, libc.recv(channel, into));
        return into.toString("utf8", 0, length).split("\n").filter(Boolean);
      },
    };
  };
  return { moves, inherit };
}

test("who is promoted takes, and all others stand by", (t) => {
  const { moves, inherit } = open(t);
  const [first, second] = [inherit(1), inherit(2)];
  first.takes();
  second.takes();
  moves.promoted(1, null);
  assert.deepEqual([first.told(), second.told()], [["promoted"], ["stand-by"]]);
  moves.promoted(2, null);
  assert.deepEqual([first.told(), second.told()], [["stand-by"], ["promoted"]]);
  moves.leaving(1, 2);
  assert.deepEqual(first.told(), ["move"]);
});

test("whose place was taken gives its connections away at once, and takes them back when it serves again", (t) => {
  const { moves, inherit } = open(t);
  const [first, second] = [inherit(1), inherit(2)];
  first.takes();
  second.takes();
  moves.promoted(1, null);
  moves.promoted(2, 1);
  assert.deepEqual(first.told(), ["promoted", "stand-by", "rest"]);
  moves.promoted(1, 2);
  assert.deepEqual(first.told(), ["promoted"]);
  assert.deepEqual(second.told(), ["stand-by", "promoted", "stand-by", "rest"]);
  const plain = inherit(3);
  moves.promoted(3, 1);
  assert.deepEqual(first.told(), ["stand-by", "stay"], "nobody would take them");
  assert.deepEqual(plain.told(), ["promoted"]);
});

test("a connection that hotpod carries arrives with its listener's name", (t) => {
  const { moves, inherit } = open(t);
  const first = inherit(1);
  moves.promoted(1, null);
  assert.equal(moves.able(), false);
  first.takes();
  assert.equal(moves.able(), true);
  const file = openSync("/dev/null", "r");
  moves.carry("admin", file);
  libc.close(file);
  const into = Buffer.alloc(64);
  assert.equal(libc.recv(first.receiver, into), "admin".length);
  assert.equal(into.toString("utf8", 0, "admin".length), "admin");
  moves.stopping();
  assert.equal(moves.able(), false);
});

test("nothing moves to a generation that does not take, and what waits for it is closed", (t) => {
  const { moves, inherit } = open(t);
  const [first, second] = [inherit(1), inherit(2)];
  first.takes();
  moves.promoted(1, null);
  const file = openSync("/dev/null", "r");
  assert.ok(sendDescriptors(libc, first.sender, [file]));
  libc.close(file);
  moves.promoted(2, null);
  moves.leaving(1, 2);
  assert.deepEqual(first.told(), ["promoted", "stand-by", "stay"]);
  assert.equal(receiveDescriptors(libc, second.receiver, 2), null);
});

test("while nobody serves, connections wait for whoever comes", (t) => {
  const { moves, inherit } = open(t);
  const first = inherit(1);
  first.takes();
  moves.promoted(1, null);
  moves.leaving(1, null);
  assert.deepEqual(first.told(), ["promoted", "move"]);
  const file = openSync("/dev/null", "r");
  assert.ok(sendDescriptors(libc, first.sender, [file]));
  libc.close(file);
  moves.forget(1);
  const second = inherit(2);
  second.takes();
  moves.promoted(2, null);
  const [moved = -1] = receiveDescriptors(libc, second.receiver, 2) ?? [];
  assert.ok(moved >= 0, "the connection was still there");
  assert.equal(libc.close(moved), 0);
});

test("when hotpod ends, nothing moves any more", (t) => {
  const { moves, inherit } = open(t);
  const [first, second] = [inherit(1), inherit(2)];
  second.takes();
  moves.promoted(2, null);
  moves.leaving(1, 2);
  moves.stopping();
  moves.stopping();
  moves.leaving(2, null);
  assert.deepEqual(first.told(), ["stand-by", "move", "stay"]);
  assert.deepEqual(second.told(), ["promoted", "stay"]);
});

test("nothing stays open, and who has ended is not spoken to", (t) => {
  const { moves, inherit } = open(t);
  const first = inherit(1);
  const [sender = -1, receiver = -1] = moves.provide(2);
  moves.forget(1);
  moves.promoted(1, null);
  moves.leaving(1, null);
  assert.deepEqual(first.told(), []);
  moves.close();
  for (const fd of [sender, receiver]) assert.equal(libc.fcntl(fd, F_GETFD, 0), -1);
});
