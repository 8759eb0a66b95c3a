import assert from "node:assert/strict";
import { test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { ask, openAuto } from "./auto-rig.js";

const CLIENTS = 4;

/** Each asks on new connections, one after the other, until it is stopped. */
function startClients(host: string, port: number) {
  const state = { stopped: false, answers: new Map<string, number>(), failures: [] as string[] };
  const client = async (): Promise<void> => {
    while (!state.stopped) {
      const answer = await ask(host, port).catch((error: Error) => {
        state.failures.push(error.message);
        return "failed";
      });
      state.answers.set(answer, (state.answers.get(answer) ?? 0) + 1);
    }
  };
  const all = Array.from({ length: CLIENTS }, client);
  return {
    stop: async () => {
      state.stopped = true;
      await Promise.all(all);
      return state;
    },
  };
}

for (const { listen, before, after, host } of [
  { listen: "127.0.0.1", before: "fd", after: "0.0.0.0", host: "127.0.0.1" },
  { listen: "127.0.0.1", before: "fd", after: "::", host: "127.0.0.1" },
  { listen: "127.0.0.1", before: "127.0.0.1", after: "0.0.0.0", host: "127.0.0.1" },
  { listen: "", before: "fd", after: "::|only", host: "::1" },
  { listen: "", before: "fd", after: "0.0.0.0", host: "127.0.0.1" },
  { listen: "", before: "0.0.0.0", after: "::", host: "127.0.0.1" },
  { listen: "", before: "127.0.0.1", after: "0.0.0.0", host: "127.0.0.1" },
  { listen: "", before: "::ffff:127.0.0.1", after: "::ffff:127.0.0.1", host: "127.0.0.1" },
]) {
  test(`${before} then ${after} at ${listen}:PORT: no new connection to ${host} is lost`, async (context) => {
    const [port = 0] = await freePorts(1);
    const word = (what: string) => (what === "fd" ? what : `${port}|${what}`);
    const wanted = { listen: `${listen}:${port}`, port, words: [word(before)] };
    const { hotpod, deploy } = await openAuto(context, wanted);
    const clients = startClients(host, port);
    await deploy("two", [word(after)]);
    const { generation } = await hotpod.seen("drain-ended");
    assert.equal(generation, 1);
    assert.equal(await ask(host, port), "two");
    await deploy("three", [word(after)]);
    const { answers, failures } = await clients.stop();
    assert.deepEqual(failures, [], [...answers].join(" "));
    assert.equal(await ask(host, port), "three");
    assert.deepEqual(hotpod.all("crashed"), []);
  });
}
