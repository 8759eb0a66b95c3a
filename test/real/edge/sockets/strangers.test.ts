import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort, tcp } from "#test/real/edge/supervisor-rig.js";
import { acceptOn, askWho, openOrFail, provided, startProgram } from "./steered-rig.js";

const listenerAt = (host: string, port: number, ...kind: string[]) =>
  startProgram([
    "python3",
    "test/real/programs/listener.py",
    host,
    String(port),
    "shared",
    ...kind,
  ]);

for (const hosts of [
  ["0.0.0.0", "::"],
  ["::", "0.0.0.0"],
] as const) {
  test(`listeners of one run at ${hosts.join(" and ")} are no strangers to each other`, async (t) => {
    const port = await freePort();
    const { listeners, warnings } = openOrFail(hosts.map((host) => tcp(port, host, host)));
    t.after(() => listeners.close());
    for (const generation of [1, 2, 3]) {
      const given = listeners.provide(generation, { kind: "new" });
      assert.ok(given.ok, JSON.stringify(given));
      const acceptors = await Promise.all(given.value.fds.map((fd) => acceptOn(fd, generation)));
      listeners.steer(generation);
      assert.equal(await askWho(port), generation);
      assert.equal(await askWho(port, "::1"), generation);
      for (const acceptor of acceptors) await acceptor.close();
      listeners.release(generation - 1);
    }
    assert.deepEqual(warnings, []);
  });
}

test("who listens on IPv6 alone neither takes an IPv4 address nor is a stranger there", async (t) => {
  const port = await freePort();
  const other = await listenerAt("::", port, "only");
  t.after(() => other.stop());
  const { listeners, warnings } = openOrFail([tcp(port, "0.0.0.0")]);
  t.after(() => listeners.close());
  const acceptor = await acceptOn(provided(listeners, 1), 1);
  listeners.steer(1);
  assert.equal(await askWho(port), 1);
  await acceptor.close();
  assert.deepEqual(warnings, []);
});

for (const { host, to, kind } of [
  { host: "::ffff:127.0.0.1", to: "127.0.0.1", kind: [] },
  { host: "::", to: "127.0.0.1", kind: [] },
  { host: "127.0.0.1", to: "", kind: [] },
  { host: "::", to: "", kind: ["only"] },
]) {
  const shown = [host, ...kind].join(" ");
  test(`a stranger at ${shown} that takes connections of ${to || "every address"} is named`, async (t) => {
    const port = await freePort();
    const { listeners, warnings } = openOrFail([tcp(port, to)]);
    t.after(() => listeners.close());
    provided(listeners, 1);
    const stranger = await listenerAt(host, port, ...kind);
    listeners.steer(1);
    await stranger.stop();
    const [warning, ...more] = warnings;
    assert.ok(warning?.kind === "stranger" && more.length === 0, JSON.stringify(warnings));
    assert.equal(warning.holder?.pid, stranger.pid);
  });
}

test("sockets that take IPv6 alone do not count in the order of those that take both", async (t) => {
  const port = await freePort();
  const { listeners } = openOrFail([tcp(port)]);
  t.after(() => listeners.close());
  const acceptors = [await acceptOn(provided(listeners, 1), 1)];
  const stranger = await listenerAt("::", port, "only");
  for (const generation of [2, 3]) {
    acceptors.push(await acceptOn(provided(listeners, generation), generation));
    listeners.steer(generation);
    for (let count = 0; count < 20; count++) assert.equal(await askWho(port), generation);
  }
  await stranger.stop();
  for (const acceptor of acceptors) await acceptor.close();
});
