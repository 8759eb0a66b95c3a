import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { listenError } from "#edge/listeners/listen-failure.js";
import { openListeners } from "#edge/listeners/open-listeners.js";
import type { ListenAddress } from "#model/listener.js";
import { freePort, tcp, until } from "#test/real/edge/supervisor-rig.js";
import { acceptOn, openOrFail, provided, startProgram } from "./steered-rig.js";

const refusal = (address: ListenAddress) => {
  const opened = openListeners({
    listen: [{ name: "http", address }],
    emit: () => {},
    warn: () => {},
  });
  if (opened.ok) opened.value.close();
  assert.ok(!opened.ok, "opening succeeded");
  return opened.error;
};

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-sockets-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

for (const { mode, host } of [
  { mode: "alone", host: "127.0.0.1" },
  { mode: "shared", host: "127.0.0.1" },
  { mode: "shared", host: "::" },
]) {
  test(`a port held by another process (${mode}, ${host}) is refused and its holder named`, async (t) => {
    const port = await freePort();
    const argv = ["python3", "test/real/programs/listener.py", host, String(port), mode];
    const holder = await startProgram(argv);
    t.after(() => holder.stop());
    const failure = refusal({ kind: "tcp", host: "", port });
    assert.ok(failure.kind === "in-use", JSON.stringify(failure));
    assert.equal(failure.holder?.pid, holder.pid);
    assert.match(failure.holder?.command ?? "", /listener\.py/);
  });
}

test("the holder of a port for datagrams is named, not who listens there for connections", async (t) => {
  const port = await freePort();
  const listener = (...kind: string[]) =>
    startProgram([
      ...["python3", "test/real/programs/listener.py", "127.0.0.1", String(port), "alone"],
      ...kind,
    ]);
  const forConnections = await listener();
  t.after(() => forConnections.stop());
  const free = openOrFail([{ name: "u", address: { kind: "udp", host: "127.0.0.1", port } }]);
  free.listeners.close();
  const forDatagrams = await listener("udp");
  t.after(() => forDatagrams.stop());
  const failure = refusal({ kind: "udp", host: "127.0.0.1", port });
  assert.ok(failure.kind === "in-use", JSON.stringify(failure));
  assert.equal(failure.holder?.pid, forDatagrams.pid);
});

for (const [first, second] of [
  ["", "127.0.0.1"],
  ["0.0.0.0", "0.0.0.0"],
  ["::1", "::"],
] as const) {
  test(`settings that listen on ${first}:PORT and ${second}:PORT are told so, not that hotpod holds the port`, async () => {
    const port = await freePort();
    const opened = openListeners({
      listen: [tcp(port, first, "a"), tcp(port, second, "b")],
      emit: () => {},
      warn: () => {},
    });
    assert.ok(!opened.ok && opened.error.kind === "overlapping", JSON.stringify(opened));
    assert.match(listenError(opened.error).message, /takes its connections already/);
  });
}

test("an address of another machine is refused", () => {
  assert.equal(refusal({ kind: "tcp", host: "192.0.2.1", port: 8080 }).kind, "address-unavailable");
});

test("a dead process's Unix socket is replaced, a live one's and a file are not", async (t) => {
  const folder = folderOf(t);
  const path = join(folder, "service.sock");
  const address = { kind: "unix", path } as const;
  const first = openOrFail([{ name: "u", address }]);
  assert.deepEqual(first.warnings, []);
  const live = refusal(address);
  assert.ok(live.kind === "in-use" && live.holder?.pid === process.pid, JSON.stringify(live));
  first.listeners.close();
  assert.ok(!existsSync(path), "closing removes the file");
  const left = [
    "-c",
    `import socket;s=socket.socket(1);s.bind("${path}");s.listen();print(1,flush=True)`,
  ];
  await (await startProgram(["python3", ...left])).stop();
  assert.ok(existsSync(path), "the dead process left its file");
  const second = openOrFail([{ name: "u", address }]);
  const acceptor = await acceptOn(provided(second.listeners, 1), 1);
  second.listeners.close();
  await acceptor.close();
  writeFileSync(path, "precious");
  assert.equal(refusal(address).kind, "path");
  assert.equal(refusal({ kind: "unix", path: `/tmp/${"x".repeat(108)}` }).kind, "path");
});

const startsAt = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
const rootless =
  process.getuid?.() === 0 && startsAt > 81 ? false : "needs root and port 81 closed to users";

test("a port below 1024 without the privilege is refused as such", { skip: rootless }, async () => {
  const opener = ["-C", "source", "--import", "tsx", "test/real/programs/opener.ts", "81"];
  const user = ["setpriv", "--reuid", "65534", "--clear-groups", "--", process.execPath, ...opener];
  const answer = await startProgram(user);
  assert.equal(JSON.parse(await answer.line()).kind, "privileged");
});

test("a failure on the second address leaves the first one free", async (t) => {
  const port = await freePort();
  const taken = createServer().listen(0);
  t.after(() => taken.close());
  await until(() => taken.listening, "the other one is taken");
  const { port: busy } = taken.address() as { port: number };
  const opened = openListeners({
    listen: [tcp(port), tcp(busy, "", "b")],
    emit: () => {},
    warn: () => {},
  });
  assert.equal(opened.ok, false);
  const again = openOrFail([tcp(port)]);
  again.listeners.close();
});
