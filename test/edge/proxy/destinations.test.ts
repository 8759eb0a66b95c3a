import assert from "node:assert/strict";
import { createServer, Socket } from "node:net";
import { test } from "node:test";
import { Destinations } from "#edge/proxy/destinations.js";

const OPTIONS = {
  protocol: "auto",
  forwarded: false,
  proxyHeader: "none",
  queueMax: 10,
  waitMs: 1_000,
} as const;
const CLIENTS = 10_000;

function twoGenerations(ports: readonly [number, number] = [1, 2]): Destinations {
  const destinations = new Destinations(OPTIONS, () => {});
  destinations.add(1, [ports[0]]);
  destinations.add(2, [ports[1]]);
  destinations.route(1);
  return destinations;
}

function ask(destinations: Destinations, client: Socket): number | null {
  const destination = destinations.take(client);
  if (destination !== null) destinations.release(destination);
  return destination?.generation ?? null;
}

test("clients are divided by the share; each stays where it is, and a larger share only adds some", () => {
  const destinations = twoGenerations();
  const clients = Array.from({ length: CLIENTS }, () => new Socket());
  let before = new Set<Socket>();
  for (const percent of [0, 1, 10, 50, 90, 99]) {
    destinations.share(2, percent);
    const chosen = new Set(clients.filter((client) => ask(destinations, client) === 2));
    const again = clients.filter((client) => ask(destinations, client) === 2);
    assert.ok(Math.abs(chosen.size / CLIENTS - percent / 100) <= 0.03, `${percent} %`);
    assert.deepEqual([again.length, chosen.size >= before.size], [chosen.size, true]);
    assert.ok([...before].every((client) => chosen.has(client)));
    before = chosen;
  }
  destinations.route(1);
  assert.ok(clients.every((client) => ask(destinations, client) === 1));
});

test("a generation that is to be empty, or is gone, has no share", () => {
  const destinations = twoGenerations();
  const client = new Socket();
  destinations.share(2, 99.999);
  destinations.awaitEmpty(2);
  assert.equal(ask(destinations, client), 1);
  destinations.add(3, [3]);
  destinations.share(3, 99.999);
  assert.equal(ask(destinations, client), 3);
  destinations.remove(3);
  assert.equal(ask(destinations, client), 1);
});

test("where nobody listens any more, the other generation answers for the one with the share", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const dead = closed.address();
  assert.ok(dead !== null && typeof dead === "object");
  await new Promise((resolve) => closed.close(resolve));
  const destinations = twoGenerations([address.port, dead.port]);
  destinations.share(2, 99.999);
  const reached = await destinations.reach(0, new Socket());
  assert.ok(typeof reached === "object");
  assert.equal(reached.destination.generation, 1);
  reached.socket.destroy();
  reached.done();
});
