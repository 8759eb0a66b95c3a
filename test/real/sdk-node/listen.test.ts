import assert from "node:assert/strict";
import { test } from "node:test";
import { bind, startService } from "./service.js";

const limits = { timeout: 30_000 };
const linux = { ...limits, skip: process.platform !== "linux" && "addresses are found in /proc" };
const generation = { HOTPOD_GENERATION: "7" };

test("sockets are found by name, and go no further", limits, async (t) => {
  const [web, webPort] = await bind(t);
  const [admin, adminPort] = await bind(t);
  const { out } = await startService(t, {
    args: ["listen", "name=admin", "web=:1", "name=web"],
    env: { ...generation, LISTEN_FDNAMES: "web:admin", HOTPOD_MOVES: "5,6", HOTPOD_CHANNEL: "7" },
    sockets: [web, admin],
  }).end();
  const lines = out.split("\n");
  assert.match(lines[0] ?? "", new RegExp(`"fd":4,.*"port":${adminPort}`));
  assert.match(lines[1] ?? "", new RegExp(`"fd":3,.*"port":${webPort}`));
  assert.match(lines[2] ?? "", /offered: web \(\d+\), taken; admin \(\d+\), taken; declare it/);
  assert.equal(lines[3], `child ""`);
});

test("sockets are found by address", linux, async (t) => {
  const [web, port] = await bind(t);
  const [wide, widePort] = await bind(t, "0.0.0.0");
  const [wide6, widePort6] = await bind(t, "::");
  const { out } = await startService(t, {
    args: [
      ...["listen", `127.0.0.1:${widePort}`, `:${widePort}`, `[::1]:${port}`, `localhost:${port}`],
      ...[`http=:${widePort6}`, ":1", "127.0.0.1:0"],
    ],
    env: generation,
    sockets: [web, wide, wide6],
  }).end();
  const lines = out.split("\n");
  // A loopback address is not widened to every interface.
  assert.match(lines[0] ?? "", /no inherited socket for "127.0.0.1:\d+"; offered: unknown/);
  assert.match(lines[1] ?? "", /"fd":4/);
  assert.match(lines[2] ?? "", /no inherited socket/);
  assert.match(lines[3] ?? "", /"fd":3/);
  assert.match(lines[4] ?? "", /"fd":5/);
  assert.match(lines[5] ?? "", /no inherited socket for ":1"/);
  // Any free port is never an inherited one.
  assert.match(lines[6] ?? "", /^\{"at".*"port":/);
});

test("outside hotpod an address is listened on", limits, async (t) => {
  const { out } = await startService(t, {
    args: ["listen", "http=127.0.0.1:0", "name=http", "nonsense"],
    env: { HOTPOD_GENERATION: "" },
  }).end();
  const lines = out.split("\n");
  assert.match(lines[0] ?? "", /"address":"127.0.0.1"/);
  assert.match(lines[1] ?? "", /"name=http": none was offered; start the service with hotpod run/);
  assert.match(lines[2] ?? "", /"nonsense": want an address such as http=:8080/);
});

test("another process's sockets are left alone", limits, async (t) => {
  const [web] = await bind(t);
  const { out } = await startService(t, {
    args: ["listen", "name=web"],
    env: { ...generation, LISTEN_FDNAMES: "web" },
    sockets: [web],
    direct: true,
  }).end();
  assert.match(out, /none was offered.*but this is process \d+: start the service with exec/);
});

test("a bad number of descriptors is an error", limits, async (t) => {
  const env = { ...generation, LISTEN_FDS: "many" };
  const { out } = await startService(t, { args: ["listen", "name=web"], env }).end();
  assert.match(out, /LISTEN_FDS="many": want a number of descriptors/);
});
