import assert from "node:assert/strict";
import { test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { ask, connectTo, openAuto, type Rig } from "./auto-rig.js";

/** `say`: what the earlier version does when it is started again. */
async function dieAndGoBack({ hotpod, say }: Rig, port: number, words: readonly string[]) {
  const from = hotpod.here();
  say(words);
  await ask("127.0.0.1", port, "/die").catch(() => {});
  await hotpod.seen("rolled-back", from);
  await hotpod.seen("promoted", from);
}

const flags = ["--probation", "60s"];

for (const { listen, binds } of [
  { listen: "", binds: "0.0.0.0" },
  { listen: "", binds: "127.0.0.1" },
  { listen: "0.0.0.0", binds: "127.0.0.1" },
]) {
  test(`after ${binds} was bound over ${listen}:PORT, the version before takes its socket again`, async (context) => {
    const [port = 0] = await freePorts(1);
    const rig = await openAuto(context, {
      ...{ listen: `${listen}:${port}`, port, words: ["fd"], flags },
    });
    await rig.deploy("two", [`${port}|${binds}`]);
    await rig.hotpod.seen("drain-ended");
    await dieAndGoBack(rig, port, ["fd"]);
    await ask("127.0.0.1", port);
    for (const version of ["three", "four"]) {
      await rig.deploy(version, ["fd"]);
      assert.equal(await ask("127.0.0.1", port), version);
    }
    await rig.deploy("five", [`${port}|${binds}`]);
    assert.equal(await ask("127.0.0.1", port), "five");
    assert.deepEqual(rig.hotpod.all("crashed"), []);
  });
}

test("a version that takes its socket follows one that has bound a part of what was offered", async (context) => {
  const [port = 0] = await freePorts(1);
  const words = [`${port}|0.0.0.0`];
  const { hotpod, deploy } = await openAuto(context, { listen: `:${port}`, port, words });
  await deploy("two", ["fd"]);
  assert.equal(await ask("127.0.0.1", port), "two");
  await deploy("three", [`${port}|::`]);
  await hotpod.seen("drain-ended");
  assert.equal(await ask("::1", port), "three");
  await deploy("four", ["fd"]);
  for (const host of ["127.0.0.1", "::1"]) assert.equal(await ask(host, port), "four");
  assert.deepEqual(hotpod.all("crashed"), []);
});

for (const wide of ["0.0.0.0", "::"]) {
  test(`${wide} is bound over 127.0.0.1:PORT, and the version before gets back what it had, and no more`, async (context) => {
    const [port = 0] = await freePorts(1);
    const rig = await openAuto(context, { port, words: ["fd"], flags });
    await rig.deploy("two", [`${port}|${wide}`]);
    const ended = await rig.hotpod.seen("drain-ended");
    assert.equal(ended.generation, 1);
    for (const host of ["127.0.0.1", "127.0.0.2"]) assert.equal(await ask(host, port), "two");
    await dieAndGoBack(rig, port, ["fd"]);
    await ask("127.0.0.1", port);
    assert.equal(await connectTo("127.0.0.2", port), "ECONNREFUSED");
    await rig.deploy("three", ["fd"]);
    assert.equal(await ask("127.0.0.1", port), "three");
  });
}
