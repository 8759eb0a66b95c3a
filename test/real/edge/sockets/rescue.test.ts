import assert from "node:assert/strict";
import { connect, Socket } from "node:net";
import { type TestContext, test } from "node:test";
import type { OwnListeners } from "#edge/listeners/own-listeners.js";
import { sourceAddress } from "#edge/listeners/source-address.js";
import { freePort, tcp } from "#test/real/edge/supervisor-rig.js";
import { copyOf, openOrFail, provided } from "./steered-rig.js";

/** Resolves with what is said until the end of the connection. */
function talk(port: number, localAddress?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ...(localAddress && { localAddress }) });
    let text = "";
    socket.setTimeout(5_000, () => socket.destroy(new Error("no answer")));
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(text));
  });
}

async function waiting(listeners: OwnListeners, generation: number, count: number): Promise<void> {
  const end = performance.now() + 5_000;
  while (listeners.waiting(generation) < count) {
    assert.ok(performance.now() < end, `${listeners.waiting(generation)} of ${count} wait`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Two generations; nobody accepts from the second, which gets the new connections. */
async function twoGenerations(t: TestContext) {
  const port = await freePort();
  const { listeners } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  provided(listeners, 1);
  provided(listeners, 2);
  listeners.steer(2);
  return { port, listeners };
}

test("who waits in the sockets of a generation that has ended is carried to the one that serves", async (t) => {
  const { port, listeners } = await twoGenerations(t);
  let carried = 0;
  listeners.carryBy?.({
    able: () => true,
    carry: (listener, connection) => {
      carried++;
      new Socket({ fd: copyOf(connection) }).end(`carried for ${listener}`);
    },
  });
  const clients = Array.from({ length: 50 }, () => talk(port));
  await waiting(listeners, 2, 50);
  listeners.steer(1);
  listeners.release(2);
  const answers = await Promise.all(clients);
  assert.deepEqual([...new Set(answers)], ["carried for http"]);
  // One whose handshake ends only now.
  assert.equal(await talk(port, sourceAddress(2)), "carried for http");
  assert.equal(carried, 51);
});

test("where nobody takes connections they are let go, not kept waiting", async (t) => {
  const { port, listeners } = await twoGenerations(t);
  listeners.carryBy?.({ able: () => false, carry: () => assert.fail("nobody takes it") });
  const client = talk(port);
  await waiting(listeners, 2, 1);
  listeners.steer(1);
  listeners.release(2);
  await client.catch((error: NodeJS.ErrnoException) => assert.equal(error.code, "ECONNRESET"));
});
