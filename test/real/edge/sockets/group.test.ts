import assert from "node:assert/strict";
import { test } from "node:test";
import { prng } from "#base/prng.js";
import { listeningRows } from "#edge/listeners/socket-table.js";
import { sourceAddress } from "#edge/listeners/source-address.js";
import { loadLibc } from "#edge/native/libc.js";
import { freePort, tcp } from "#test/real/edge/supervisor-rig.js";
import {
  type Acceptor,
  acceptOn,
  askWho,
  openOrFail,
  provided,
  startProgram,
} from "./steered-rig.js";

test("the group's order is the kernel's, whatever opens and closes", async (t) => {
  const random = prng(7);
  const port = await freePort();
  const { listeners, warnings } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  const live = new Map<number, Acceptor>();
  const libc = loadLibc();
  const listening = () =>
    listeningRows(libc).flatMap((row) => (row.port === port ? [row.inode] : []));
  const byAge = new Set<number>();
  let closed = 0;
  let target = 0;
  for (let generation = 1; generation <= 150; generation++) {
    live.set(generation, await acceptOn(provided(listeners, generation), generation));
    if (target === 0 || random.chance(2, 3)) {
      target = random.pick([...live.keys()]);
      listeners.steer(target);
    }
    while (live.size > 4 || (live.size > 1 && random.chance(1, 3))) {
      const gone = random.pick([...live.keys()].filter((each) => each !== target));
      await live.get(gone)?.close();
      live.delete(gone);
      const before = listening();
      for (const each of before) byAge.add(each);
      listeners.release(gone);
      const after = listening();
      for (const each of after) byAge.add(each);
      const group = [...byAge].filter((each) => before.includes(each) || after.includes(each));
      const ends = [group[0], group.at(-1)];
      for (const each of before.filter((inode) => !after.includes(inode))) {
        closed++;
        assert.ok(!ends.includes(each), `after ${generation}: the oldest or newest was closed`);
      }
    }
    assert.equal(await askWho(port), target, `after ${generation}: everybody's connection`);
    for (const each of live.keys()) {
      const answer = await askWho(port, "127.0.0.1", sourceAddress(each));
      assert.equal(answer, each, `after ${generation}: from the source of ${each}`);
    }
  }
  for (const acceptor of live.values()) await acceptor.close();
  assert.ok(closed > 100, `${closed} closed`);
  assert.deepEqual(warnings, []);
});

test("a stranger in the group is named and gets nothing from us", async (t) => {
  const port = await freePort();
  const { listeners, warnings } = openOrFail([tcp(port, "127.0.0.1")]);
  t.after(() => listeners.close());
  const acceptors = [await acceptOn(provided(listeners, 1), 1)];
  listeners.steer(1);
  const argv = ["python3", "test/real/programs/listener.py", "127.0.0.1", String(port), "shared"];
  const stranger = await startProgram(argv);
  for (const generation of [2, 3]) {
    acceptors.push(await acceptOn(provided(listeners, generation), generation));
  }
  listeners.steer(3);
  const [warning, ...more] = warnings;
  assert.ok(warning?.kind === "stranger" && more.length === 0, JSON.stringify(warnings));
  assert.equal(warning.listensOn, `127.0.0.1:${port}`);
  assert.equal(warning.holder?.pid, stranger.pid);
  assert.match(warning.holder?.command ?? "", /listener\.py/);
  for (let count = 0; count < 20; count++) assert.equal(await askWho(port), 3);
  assert.equal(await askWho(port, "127.0.0.1", sourceAddress(2)), 2);
  await stranger.stop();
  listeners.steer(2);
  for (let count = 0; count < 20; count++) assert.equal(await askWho(port), 2);
  assert.equal(await askWho(port, "127.0.0.1", sourceAddress(3)), 3);
  for (const acceptor of acceptors) await acceptor.close();
});
