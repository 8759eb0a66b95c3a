import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { drain } from "#test/real/sdk-node/service.js";

const limits = { timeout: 30_000 };

/** The example on a socket passed as descriptor 3, as hotpod passes it. */
async function startShop(t: TestContext, env: Record<string, string> = {}) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const child = spawn("sh", ["-c", `LISTEN_PID=$$ exec "$0" server.js`, process.execPath], {
    cwd: join(process.cwd(), "examples/node-shop"),
    env: { ...process.env, LISTEN_FDS: "1", HOTPOD_GENERATION: "7", ...env },
    stdio: ["ignore", "pipe", "inherit", descriptorOf(server)],
  });
  t.after(() => child.kill("SIGKILL"));
  assert.match(String((await once(child.stdout as never, "data"))[0]), /generation 7: serving/);
  await closed(server);
  return { child, port };
}

/** Node tells the descriptor of a socket nowhere else. */
const descriptorOf = (server: Server): number =>
  (server as unknown as { _handle: { fd: number } })._handle.fd;

/** Only the example accepts from here on. */
const closed = (server: Server): Promise<unknown> => {
  const end = once(server, "close");
  server.close();
  return end;
};

async function dial(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;

/** Sends, and reads one whole answer. */
async function ask(socket: Socket, text: string): Promise<{ header: string; body: string }> {
  socket.write(text);
  let got = "";
  for (;;) {
    const [header, body] = got.split("\r\n\r\n");
    const length = /content-length: (\d+)/i.exec(header ?? "")?.[1];
    if (header !== undefined && body !== undefined && body.length === Number(length)) {
      return { header, body };
    }
    got += String((await once(socket, "data"))[0]);
  }
}

test("node-shop takes the socket it is passed, and tells who answers", limits, async (t) => {
  const { port } = await startShop(t);
  const { header, body } = await ask(await dial(t, port), get("/api/products/3"));
  assert.match(header, /^HTTP\/1.1 200 OK/);
  const { version, generation, data, end } = JSON.parse(body);
  assert.deepEqual(
    { version, generation, data, end },
    {
      ...{ version: "1", generation: 7, end: true },
      data: { id: 3, name: "Linen Kettle 003", cents: 16828 },
    },
  );
});

test(
  "node-shop answers kept-alive, silent and half-read connections while it drains",
  limits,
  async (t) => {
    const { child, port } = await startShop(t);
    const kept = await dial(t, port);
    assert.doesNotMatch((await ask(kept, get("/healthz"))).header, /connection: close/i);
    const half = await dial(t, port);
    const order = `{"lines":[{"product":3,"count":2}]}`;
    half.write(
      `POST /api/orders HTTP/1.1\r\nHost: test\r\nContent-Length: ${order.length}\r\n\r\n`,
    );
    half.write(order.slice(0, 9));
    // Whatever is answered now came after the half order on the same machine, but on another connection:
    // only the drain below orders the two.
    const silent = await dial(t, port);
    await ask(kept, get("/healthz"));
    const exit = once(child, "exit");
    await drain({ process: child }, port);

    const answers = [
      await ask(kept, get("/readyz")),
      await ask(silent, get("/version")),
      await ask(half, order.slice(9)),
    ];
    for (const { header } of answers) assert.match(header, /connection: close/i);
    assert.match(answers[0]?.header ?? "", /^HTTP\/1.1 503/);
    assert.match(answers[2]?.body ?? "", /"cents":33656/);
    assert.deepEqual(await exit, [0, null]);
  },
);

test("node-shop ends when idle connections outlast the drain time", limits, async (t) => {
  const { child, port } = await startShop(t, { HOTPOD_DRAIN: "300ms" });
  const idle = await dial(t, port);
  await ask(idle, get("/healthz"));
  const exit = once(child, "exit");
  await drain({ process: child }, port);
  assert.deepEqual(await exit, [0, null]);
});
