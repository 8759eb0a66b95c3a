import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { loadLibc } from "#edge/native/libc.js";
import { connectionsByDiag } from "#edge/native/socket-diag.js";
import { isResting } from "#edge/transparent/rest-watch.js";
import { until } from "#test/real/edge/supervisor-rig.js";

test("a connection tells whether its client has said anything", async (context) => {
  const libc = loadLibc();
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = connect(port, "127.0.0.1");
  const [served] = await accepted;
  context.after(() => {
    client.destroy();
    served.destroy();
    server.close();
  });
  const heard = () => connectionsByDiag(libc, [port])?.map((each) => each.heard);
  assert.deepEqual(heard(), [false]);
  served.write("220 first word of the server\r\n");
  await once(client, "data");
  assert.deepEqual(heard(), [false], "the client has not answered");
  client.write("x");
  await once(served, "data");
  assert.deepEqual(heard(), [true]);
});

test("a request that came with its connection, and is not answered, is at work however long it takes", async (context) => {
  const libc = loadLibc();
  const served: Socket[] = [];
  const server = createServer((socket) => served.push(socket.resume())).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // Of so many, some ask within the tick of the kernel's clock in which they connect.
  const clients = Array.from({ length: 40 }, () => {
    const client = connect(port, "127.0.0.1");
    client.write("x");
    return client;
  });
  context.after(() => {
    for (const socket of [...clients, ...served]) socket.destroy();
    server.close();
  });
  const states = () => connectionsByDiag(libc, [port])?.filter(({ inode }) => inode !== 0) ?? [];
  const areQuiet = (): boolean =>
    states().filter((one) => one.heard && one.unread === 0 && one.receivedAgoMs >= 300).length ===
    clients.length;
  await until(areQuiet, "every request was read, a while ago");
  assert.deepEqual(states().filter(isResting), []);
  for (const socket of served) socket.write("answer");
  const allRest = (): boolean => states().filter(isResting).length === clients.length;
  await until(allRest, "answered, they rest");
});
