import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { loadLibc } from "#edge/native/libc.js";
import { connectionsByDiag } from "#edge/native/socket-diag.js";

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
