/** Keys of the policy directory whose effect is outside the core, in a life that goes on. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type AtomicVolume, atomicVolume } from "#test/edge/atomic-writer.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";
import { until } from "#test/real/run/processes.js";

const SERVICE = `
require("node:http").createServer((asked, answer) => {
  answer.statusCode = asked.url === "/sick" ? 500 : 200;
  answer.end();
}).listen({ fd: 3 });
`;

async function open(context: TestContext): Promise<{ hotpod: Hotpod; volume: AtomicVolume }> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-policy-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const volume = atomicVolume(join(folder, "policy"));
  volume.write({});
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const own = ["--policy-dir", "policy", "--watch", "server.cjs"];
  const args = [...own, "--", process.execPath, "server.cjs"];
  const hotpod = await startHotpod(context, { cwd: folder, args });
  await hotpod.seen("promoted");
  return { hotpod, volume };
}

test("log.level and log.format count from the next line on", async (context) => {
  const { hotpod, volume } = await open(context);
  const lineOf = async (text: string): Promise<string> => {
    const find = () => hotpod.output.find((line) => line.includes(text));
    await until(() => find() !== undefined, `${text} in the log`);
    return find() ?? "";
  };
  volume.write({ linger: "20ms", "log.format": "json" });
  assert.match(await lineOf("→ 20ms"), /^\{.*\}$/);
  volume.write({ linger: "30ms", "log.format": "pretty" });
  assert.match(await lineOf("→ 30ms"), /^\d\d:\d\d:\d\d /);
  const from = hotpod.here();
  volume.write({ linger: "40ms", "log.format": "pretty", "log.level": "error" });
  await hotpod.events.until("40ms", ({ message }) => message.includes("→ 40ms"), from, 10_000);
  volume.write({ linger: "soon" });
  await lineOf("the new settings are refused");
  assert.deepEqual(
    hotpod.output.filter((line) => line.includes("→ 40ms")),
    [],
    "no error: an event, and no line",
  );
});

test("liveness.http is asked from its change on", async (context) => {
  const { hotpod, volume } = await open(context);
  const base = { "liveness.period": "200ms", "liveness.failures": "2" };
  volume.write({ ...base, "liveness.http": "/well" });
  await until(
    () => hotpod.events.items.some(({ message }) => message.includes("→ /well")),
    "the policy to count",
  );
  const from = hotpod.here();
  volume.write({ ...base, "liveness.http": "/sick" });
  await hotpod.seen("generation-started", from, ({ purpose }) => purpose === "liveness");
});
