import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { ask, connectTo, openAuto } from "./auto-rig.js";

test("a service that takes its socket is handed over by it, also when it binds another address beside", async (context) => {
  const [port = 0, admin = 0] = await freePorts(2);
  const { hotpod, deploy } = await openAuto(context, { port, words: [`${admin}|127.0.0.1`, "fd"] });
  const { handover, why } = await hotpod.seen("handover-chosen");
  assert.deepEqual({ handover, why }, { handover: "inherit", why: { kind: "took-sockets" } });
  for (const version of ["two", "three"]) {
    await deploy(version);
    assert.equal(await ask("127.0.0.1", port), version);
    assert.equal(await ask("127.0.0.1", admin), version, "without EADDRINUSE");
  }
  const chosen = (await hotpod.status()).handover;
  assert.deepEqual(chosen, { kind: "inherit", why: { kind: "took-sockets" } });
  assert.equal(hotpod.all("handover-chosen").length, 1, "chosen once");
});

test("a service that binds the address itself is handed over transparently from its first start", async (context) => {
  const [port = 0] = await freePorts(1);
  const { hotpod, deploy } = await openAuto(context, { port, words: [`${port}|127.0.0.1`] });
  const { handover, why } = await hotpod.seen("handover-chosen");
  const address = `127.0.0.1:${port}`;
  assert.deepEqual({ handover, why }, { handover: "transparent", why: { kind: "bound", address } });
  assert.equal(await ask("127.0.0.1", port), "one");
  await deploy("two");
  assert.equal(await ask("127.0.0.1", port), "two");
  assert.deepEqual(hotpod.all("crashed"), []);
});

test("a service that binds IPv4 where hotpod held both keeps IPv4, and IPv6 is refused as without hotpod", async (context) => {
  const [port = 0] = await freePorts(1);
  const wanted = { listen: `:${port}`, port, words: [`${port}|0.0.0.0`] };
  const { hotpod, deploy } = await openAuto(context, wanted);
  const { why } = await hotpod.seen("handover-chosen");
  assert.deepEqual(why, { kind: "bound", address: `0.0.0.0:${port}` });
  assert.equal(await connectTo("::1", port), "ECONNREFUSED");
  for (const version of ["two", "three"]) {
    await deploy(version);
    assert.equal(await ask("127.0.0.1", port), version);
  }
});

test("a service that listens where nobody said is found there, and where it does not listen is refused", async (context) => {
  const [port = 0, other = 0] = await freePorts(2);
  const wanted = { listen: "standard", port, words: [`${other}|0.0.0.0`] };
  const { hotpod, deploy } = await openAuto(context, wanted);
  const { handover, why } = await hotpod.seen("handover-chosen");
  const elsewhere = { address: `0.0.0.0:${other}`, instead: `:${port}` };
  assert.deepEqual(
    { handover, why },
    { handover: "transparent", why: { kind: "bound-elsewhere", ...elsewhere } },
  );
  assert.equal(await connectTo("127.0.0.1", port), "ECONNREFUSED");
  for (const version of ["two", "three"]) {
    await deploy(version);
    assert.equal(await ask("127.0.0.1", other), version);
  }
});

test("a service that tries addresses before it listens leaves nobody waiting at those it has closed", async (context) => {
  const [port = 0] = await freePorts(1);
  const tried = [`try|${port}|127.0.0.1`, `try|${port}|0.0.0.0`];
  const wanted = { listen: `:${port}`, port, words: [...tried, `${port}|::`] };
  const { hotpod, deploy } = await openAuto(context, wanted);
  assert.equal((await hotpod.status()).handover.kind, "transparent");
  for (const version of ["two", "three"]) {
    await deploy(version);
    assert.equal(await ask("127.0.0.1", port), version);
    assert.equal(await ask("::1", port), version);
  }
});

for (const [what, host] of [
  ["the same address", "::"],
  ["only IPv4", "0.0.0.0"],
] as const) {
  test(`a version that binds ${what} by itself takes over from one that took its socket`, async (context) => {
    const [port = 0] = await freePorts(1);
    const { hotpod, deploy } = await openAuto(context, { listen: `:${port}`, port, words: ["fd"] });
    assert.equal((await hotpod.seen("handover-chosen")).handover, "inherit");
    await deploy("two", [`${port}|${host}`]);
    await hotpod.seen("drain-ended");
    assert.equal(await ask("127.0.0.1", port), "two");
    assert.equal((await hotpod.status()).handover.kind, "transparent");
    await deploy("three", [`${port}|${host}`]);
    assert.equal(await ask("127.0.0.1", port), "three");
    const overV6 = host === "::" ? await ask("::1", port) : await connectTo("::1", port);
    assert.equal(overV6, host === "::" ? "three" : "ECONNREFUSED");
    assert.deepEqual(hotpod.all("crashed"), []);
  });
}

test("where binds cannot be exchanged a service that takes its socket is served all the same", async (context) => {
  const [port = 0] = await freePorts(1);
  const program = join(import.meta.dirname, "../../programs/under-filters.ts");
  const wrapper = [
    process.execPath,
    "-C",
    "source",
    "--import",
    import.meta.resolve("tsx"),
    program,
    "profile",
  ];
  const { hotpod, deploy } = await openAuto(context, { port, words: ["fd"], wrapper });
  const { handover } = await hotpod.seen("handover-chosen");
  assert.equal(handover, "inherit");
  const said = hotpod.output.join("\n");
  assert.match(said, /cannot be handed over here: .*forbids seccomp\(2\).*--handover proxy/);
  await deploy("two");
  assert.equal(await ask("127.0.0.1", port), "two");
});
