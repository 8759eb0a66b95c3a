import assert from "node:assert/strict";
import { test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { type RunningProgram, startProgram } from "#test/real/edge/sockets/steered-rig.js";
import type { Hotpod, Told } from "#test/real/run/hotpod.js";
import { ask, openAuto } from "./auto-rig.js";

const strangersOf = ({ events }: Hotpod): Told[] =>
  events.items.filter(({ event }) => event === "stranger");

/** Another process that listens there and lets others listen as well. */
function comeBeside(host: string, port: number): Promise<RunningProgram> {
  const argv = ["python3", "test/real/programs/listener.py", host, String(port), "shared"];
  return startProgram(argv);
}

for (const { listen, binds, beside } of [
  { listen: "", binds: ["::"], beside: "::" },
  { listen: "", binds: ["0.0.0.0"], beside: "0.0.0.0" },
  { listen: "", binds: ["0.0.0.0", "::|only"], beside: "::" },
  { listen: "[::]", binds: ["::"], beside: "::1" },
  { listen: "[::]", binds: ["::|only"], beside: "::" },
  { listen: "[::1]", binds: ["::"], beside: "127.0.0.2" },
  { listen: "0.0.0.0", binds: ["0.0.0.0"], beside: "127.0.0.2" },
]) {
  test(`binding ${binds.join(" and ")} after taking the socket of ${listen}:PORT makes no stranger; ${beside} is one`, async (context) => {
    const [port = 0] = await freePorts(1);
    const wanted = { listen: `${listen}:${port}`, port, words: ["fd"] };
    const { hotpod, deploy } = await openAuto(context, wanted);
    const words = binds.map((host) => `${port}|${host}`);
    await deploy("two", words);
    await hotpod.seen("drain-ended");
    await deploy("three", words);
    assert.equal((await hotpod.status()).handover.kind, "transparent");
    assert.deepEqual(strangersOf(hotpod), []);
    const stranger = await comeBeside(beside, port);
    await deploy("four", words);
    await stranger.stop();
    const said = strangersOf(hotpod);
    assert.ok(said.length > 0);
    for (const { message } of said) {
      assert.match(message, new RegExp(`^process ${stranger.pid} .*listener\\.py`));
    }
  });
}

test("who listens on IPv4 alone is no stranger to a service of IPv6 alone", async (context) => {
  const [port = 0] = await freePorts(1);
  const words = [`${port}|::|only`];
  const { hotpod, deploy } = await openAuto(context, { listen: `[::]:${port}`, port, words });
  const beside = await comeBeside("0.0.0.0", port);
  await deploy("two");
  await beside.stop();
  assert.equal(await ask("::1", port), "two");
  assert.deepEqual(strangersOf(hotpod), []);
});

test("a version that takes its socket after one that bound the address makes no stranger", async (context) => {
  const [port = 0] = await freePorts(1);
  const { hotpod, deploy } = await openAuto(context, { port, words: [`${port}|127.0.0.1`] });
  for (const version of ["two", "three"]) {
    await deploy(version, ["fd"]);
    assert.equal(await ask("127.0.0.1", port), version);
  }
  assert.deepEqual(strangersOf(hotpod), []);
  const stranger = await comeBeside("127.0.0.1", port);
  await deploy("four", ["fd"]);
  await stranger.stop();
  assert.match(strangersOf(hotpod)[0]?.message ?? "", new RegExp(`^process ${stranger.pid} `));
});

test("a candidate that bound another address and failed leaves no stranger", async (context) => {
  const [port = 0] = await freePorts(1);
  const wanted = { listen: `:${port}`, port, words: ["fd"] };
  const { hotpod, deploy, save } = await openAuto(context, wanted);
  save("two", [`${port}|0.0.0.0`, "exit"]);
  await hotpod.seen("candidate-failed");
  await deploy("three", ["fd"]);
  assert.equal(await ask("127.0.0.1", port), "three");
  assert.equal(await ask("::1", port), "three");
  assert.deepEqual(strangersOf(hotpod), []);
});

test("a rollback to a version that takes its socket makes no stranger", async (context) => {
  const [port = 0] = await freePorts(1);
  const flags = ["--probation", "60s"];
  const wanted = { listen: `:${port}`, port, words: ["fd"], flags };
  const { hotpod, deploy, say } = await openAuto(context, wanted);
  await deploy("two", [`${port}|::`]);
  await hotpod.seen("drain-ended");
  const from = hotpod.here();
  say(["fd"]);
  await ask("127.0.0.1", port, "/die").catch(() => {});
  await hotpod.seen("rolled-back", from);
  await hotpod.seen("promoted", from);
  await deploy("three", ["fd"]);
  assert.equal(await ask("127.0.0.1", port), "three");
  assert.deepEqual(strangersOf(hotpod), []);
});

test("a crash and its restart make no stranger", async (context) => {
  const [port = 0] = await freePorts(1);
  const flags = ["--probation", "0s"];
  const wanted = { listen: `:${port}`, port, words: ["fd"], flags };
  const { hotpod, deploy } = await openAuto(context, wanted);
  await deploy("two", [`${port}|0.0.0.0`]);
  await hotpod.seen("drain-ended");
  const from = hotpod.here();
  await ask("127.0.0.1", port, "/die").catch(() => {});
  await hotpod.seen("promoted", from);
  assert.equal(await ask("127.0.0.1", port), "two");
  await deploy("three", [`${port}|0.0.0.0`]);
  assert.equal(await ask("127.0.0.1", port), "three");
  assert.deepEqual(strangersOf(hotpod), []);
});
