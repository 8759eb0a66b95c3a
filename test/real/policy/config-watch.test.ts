import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type AtomicVolume, atomicVolume } from "#test/edge/atomic-writer.js";
import { type Hotpod, startHotpod, type Told } from "#test/real/run/hotpod.js";
import { until } from "#test/real/run/processes.js";

/** Reads its configuration at the start, on SIGHUP and on POST /reload, and answers with it. */
const SERVICE = `
const fs = require("node:fs");
let config;
const read = () => { config = fs.readFileSync("config/limits", "utf8"); };
read();
fs.appendFileSync("starts", ".");
process.on("SIGHUP", read);
require("node:http").createServer((asked, answer) => {
  if (asked.method === "POST" && asked.url === "/reload") read();
  answer.end(config);
}).listen({ fd: 3 });
`;

interface Rig {
  readonly hotpod: Hotpod;
  readonly volume: AtomicVolume;
  readonly starts: () => number;
  readonly answer: () => Promise<string>;
}

async function open(context: TestContext, action: string): Promise<Rig> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-config-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const volume = atomicVolume(join(folder, "config"));
  volume.write({ limits: "one" });
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const own = ["--config-watch", `config=${action}`, "--watch", "server.cjs"];
  const args = [...own, "--", process.execPath, "server.cjs"];
  const hotpod = await startHotpod(context, { cwd: folder, args });
  await hotpod.seen("promoted");
  const starts = (): number =>
    existsSync(join(folder, "starts")) ? readFileSync(join(folder, "starts")).length : 0;
  return { hotpod, volume, starts, answer: () => ask(hotpod.port) };
}

function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += String(part);
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

for (const action of ["SIGHUP", "POST /reload"]) {
  test(`new content of a volume reaches a running service by ${action}`, async (context) => {
    const { volume, starts, answer } = await open(context, action);
    for (const content of ["two", "three"]) {
      volume.write({ limits: content });
      await until(async () => (await answer()) === content, `the service to answer ${content}`);
    }
    assert.equal(starts(), 1, "it was not started again");
  });
}

test("a service that reads its configuration only at the start is swapped", async (context) => {
  const { hotpod, volume, starts, answer } = await open(context, "swap");
  const from = hotpod.here();
  volume.write({ limits: "two" });
  await hotpod.seen("promoted", from);
  assert.equal(await answer(), "two");
  assert.equal(starts(), 2);
});

test("the same content again is no news", async (context) => {
  const { hotpod, volume, answer } = await open(context, "SIGHUP");
  volume.write({ limits: "one" });
  volume.write({ limits: "two" });
  await until(async () => (await answer()) === "two", "the new content");
  const isIt = ({ event }: Told) => event === "config-changed";
  await hotpod.events.until("the change", isIt, 0, 10_000);
  assert.equal(hotpod.events.items.filter(isIt).length, 1);
});
