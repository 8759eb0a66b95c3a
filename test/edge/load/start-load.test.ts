import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { type LoadPlan, targetOf } from "#edge/load/load-plan.js";
import type { LoadSummary } from "#edge/load/load-summary.js";
import { startLoad } from "#edge/load/start-load.js";

const BODY = '{"version":"1","end":true}';
const GOOD = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** A server that answers each request with what `answer` does to the socket. */
async function serve(answer: (socket: Socket, nth: number) => void): Promise<Server> {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      requests += 1;
      answer(socket, requests);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function plan(server: Server, fields: Partial<LoadPlan>): LoadPlan {
  const { port } = server.address() as AddressInfo;
  return {
    ...targetOf(`http://127.0.0.1:${port}/`, null),
    connections: 0,
    ratePerSecond: 0,
    thinkMs: 0,
    timeoutMs: 5_000,
    proof: "length",
    ...fields,
  };
}

/** Runs until `enough` says so, then stops. */
async function load(
  server: Server,
  fields: Partial<LoadPlan>,
  enough: (counts: { requests: number; failed: number }) => boolean,
): Promise<LoadSummary> {
  const run = startLoad(plan(server, fields), () => {});
  const deadline = performance.now() + 10_000;
  while (!enough(run.counts()) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seenEnough = enough(run.counts());
  const summary = await run.stop();
  server.close();
  assert.ok(seenEnough, `the load never saw enough: ${JSON.stringify(summary.failures)}`);
  return summary;
}

const failing: Record<
  string,
  { does: (socket: Socket) => void; reason: string; proof?: LoadPlan["proof"] }
> = {
  "a reset": { does: (socket) => socket.resetAndDestroy(), reason: "reset" },
  "a close without an answer": { does: (socket) => socket.end(), reason: "unanswered" },
  "half an answer": { does: (socket) => socket.end(GOOD.slice(0, -3)), reason: "cut" },
  "a bad status": {
    does: (socket) => socket.write("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"),
    reason: "wrong-status",
  },
  "a byte too many": { does: (socket) => socket.write(`${GOOD}!`), reason: "malformed" },
  "a body that lacks its end": {
    does: (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    reason: "wrong-body",
    proof: "end",
  },
  "no answer in time": { does: () => {}, reason: "timeout" },
};

for (const [name, { does, reason, proof = "length" }] of Object.entries(failing)) {
  test(`${name} is one failure: ${reason}`, async () => {
    const server = await serve((socket, nth) => (nth === 3 ? does(socket) : socket.write(GOOD)));
    const summary = await load(
      server,
      { connections: 1, timeoutMs: 150, proof },
      ({ requests, failed }) => failed > 0 && requests > 5,
    );
    assert.deepEqual(
      summary.failures.map((failure) => [failure.reason, failure.count]),
      [[reason, 1]],
    );
    assert.equal(summary.succeeded + summary.failed, summary.requests);
  });
}

test("a refused connection is a failure each time", async () => {
  const server = await serve(() => {});
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const dead = { address: () => ({ port }), close: () => {} } as unknown as Server;
  const summary = await load(dead, { connections: 1, ratePerSecond: 100 }, (c) => c.failed > 5);
  assert.deepEqual(
    summary.failures.map(({ reason }) => reason),
    ["refused"],
  );
  assert.equal(summary.succeeded, 0);
});

test("Connection: close after a whole answer is no failure: the connection is opened anew", async () => {
  const polite = GOOD.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  const server = await serve((socket, nth) =>
    nth % 10 === 0 ? socket.end(polite) : socket.write(GOOD),
  );
  const summary = await load(server, { connections: 2 }, ({ requests }) => requests > 100);
  assert.equal(summary.failed, 0);
  assert.ok(summary.kept.politeCloses >= 9);
  // The end may come while either of the two is being opened anew.
  const anew = summary.kept.opened - summary.kept.politeCloses;
  assert.ok(anew >= 0 && anew <= 2, `${summary.kept.opened} opened`);
});

test("latency of new connections counts from when they were due, not from when there was time", async () => {
  const server = await serve((socket, nth) => {
    if (nth === 5) {
      // Holds up generator and server alike, as an overloaded machine would.
      const until = performance.now() + 300;
      while (performance.now() < until);
    }
    socket.end(GOOD);
  });
  const summary = await load(server, { ratePerSecond: 100 }, ({ requests }) => requests > 60);
  assert.equal(summary.failed, 0);
  // Some 30 were due meanwhile: a generator that waits with them would report one slow request only.
  assert.ok(summary.fresh.latencyMs.p95 > 100, `p95 ${summary.fresh.latencyMs.p95}`);
  assert.ok(summary.longestGapMs >= 290, `gap ${summary.longestGapMs}`);
});

test("load goes to loopback or to the address that is named, nowhere else", () => {
  assert.equal(targetOf("http://[::1]:81/a?b", null).host, "::1");
  assert.equal(targetOf("http://10.1.2.3/", "10.1.2.3").port, 80);
  assert.throws(() => targetOf("http://10.1.2.3/", null), /loopback only/);
  assert.throws(() => targetOf("http://example.com/", "10.1.2.3"), /loopback only/);
  assert.throws(() => targetOf("https://127.0.0.1/", null), /no http/);
});
