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
  assert.deepEqual(ours(listeningRows(loadLibc())), byProc);
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
