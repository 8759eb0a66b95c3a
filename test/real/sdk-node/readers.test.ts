import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  contentOf,
  type Followed,
  newFolder,
  next,
  publish,
  start,
} from "#test/sdk-node/followed.js";

const [READERS, SWAPS] = [10_000, 1_000];

/** What the readers saw that they must not see. */
interface Seen {
  readings: number;
  torn: number;
  backwards: number;
}

/** Takes a value, and looks at its parts in different turns of the event loop, as a handler does that awaits in between. */
async function read(
  followed: Followed,
  seen: Seen,
  nextTurn: () => Promise<void>,
  over: () => boolean,
) {
  for (let last = 0; !over(); ) {
    const value = followed.value;
    const { round } = value;
    await nextTurn();
    if (value.round !== round || value.list[0]?.name !== `round ${round}`) seen.torn += 1;
    if (round < last) seen.backwards += 1;
    last = round;
    seen.readings += 1;
  }
}

test("10,000 readers see only whole values during 1,000 swaps of a volume", {
  timeout: 180_000,
}, async (t) => {
  const folder = newFolder(t);
  publish(folder, "..round_0", contentOf(0));
  const path = join(folder, "config.json");
  const followed = start(t, path, { pollMs: 3_600_000, settleMs: 1, notify: true });
  const seen: Seen = { readings: 0, torn: 0, backwards: 0 };
  let over = false;
  // One promise for all readers of a turn: the loop has to have time for the swaps too.
  let now = turn();
  const turning = (async () => {
    while (!over) {
      await now;
      now = turn();
    }
  })();
  const readers = Array.from({ length: READERS }, () =>
    read(
      followed,
      seen,
      () => now,
      () => over,
    ),
  );
  for (let round = 1; round <= SWAPS; round++) {
    const changed = next(followed, "change");
    publish(folder, `..round_${round}`, contentOf(round));
    await changed;
    assert.equal(followed.value.round, round);
  }
  over = true;
  await Promise.all([turning, ...readers]);
  assert.deepEqual({ torn: seen.torn, backwards: seen.backwards }, { torn: 0, backwards: 0 });
  assert.equal(followed.version.number, SWAPS + 1);
  assert.ok(seen.readings >= (READERS * SWAPS) / 2, `only ${seen.readings} readings`);
  t.diagnostic(`${seen.readings} readings, ${SWAPS} swaps`);
});
