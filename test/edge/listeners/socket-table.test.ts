import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { test } from "node:test";
import { allRows, listeningRows } from "#edge/listeners/socket-table.js";
import { loadLibc } from "#edge/native/libc.js";

function listening(host: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, host, () => resolve(server)));
}

test("netlink and /proc tell the same of our listening sockets", async (t) => {
  const servers = [await listening("127.0.0.1"), await listening("::1"), await listening("::")];
  t.after(() => {
    for (const server of servers) server.close();
  });
  const ports = new Set(servers.map((server) => (server.address() as { port: number }).port));
  const ours = (rows: ReturnType<typeof allRows>) =>
    rows.filter((row) => row.listening && ports.has(row.port)).sort((a, b) => a.port - b.port);
  const byProc = ours(allRows("tcp"));
  assert.equal(byProc.length, 3);
  const byNetlink = ours(listeningRows(loadLibc()));
  const withoutKind = (rows: typeof byProc) => rows.map((row) => ({ ...row, v6Only: null }));
  assert.deepEqual(withoutKind(byNetlink), withoutKind(byProc));
});

test("without netlink /proc is read", async (t) => {
  const server = await listening("127.0.0.1");
  t.after(() => {
    server.close();
  });
  const { port } = server.address() as { port: number };
  const rows = listeningRows({ ...loadLibc(), socket: () => -1 });
  assert.equal(rows.filter((row) => row.port === port).length, 1);
  assert.ok(rows.every((row) => row.listening));
});

test("netlink tells which sockets of every IPv6 address take IPv4 as well", async (t) => {
  const open = (ipv6Only: boolean): Promise<Server> => {
    const server = createServer();
    return new Promise((resolve) => {
      server.listen({ port: 0, host: "::", ipv6Only }, () => resolve(server));
    });
  };
  for (const v6Only of [true, false]) {
    const server = await open(v6Only);
    t.after(() => {
      server.close();
    });
    const { port } = server.address() as { port: number };
    const rows = listeningRows(loadLibc()).filter((row) => row.port === port);
    assert.deepEqual(
      rows.map((row) => row.v6Only),
      [v6Only],
    );
  }
});
