import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { askControl } from "#edge/http/control-client.js";
import { ensureBundle, ownCommand } from "#edge/observe/own-command.js";
import { type AtomicVolume, atomicVolume } from "#test/edge/atomic-writer.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";
import { until } from "#test/real/run/processes.js";

/** Never says that it is ready while the file `mute` is there; ends on SIGTERM a moment later, or never with `deaf`. */
const SERVICE = `
const fs = require("node:fs");
const { version } = JSON.parse(fs.readFileSync("version", "utf8"));
require("node:http").createServer((asked, answer) => {
  answer.statusCode = fs.existsSync("mute") ? 503 : 200;
  answer.end(version);
}).listen({ fd: 3 });
process.on("SIGTERM", () => { if (!fs.existsSync("deaf")) process.exit(0); });
`;

async function open(
  context: TestContext,
  policy: Readonly<Record<string, string>>,
  flags: readonly string[] = ["--watch", "version"],
): Promise<{ hotpod: Hotpod; volume: AtomicVolume; folder: string; save: (v: string) => void }> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-policy-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const volume = atomicVolume(join(folder, "policy"));
  volume.write(policy);
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const save = (version: string) =>
    writeFileSync(join(folder, "version"), `{"version":"${version}"}`);
  save("1");
  const own = ["--policy-dir", "policy", "--log-level", "debug"];
  const args = [...own, ...flags, "--", process.execPath, "server.cjs"];
  const hotpod = await startHotpod(context, { cwd: folder, args });
  await hotpod.seen("promoted");
  return { hotpod, volume, folder, save };
}

const logged = (hotpod: Hotpod, text: string | RegExp) =>
  until(() => hotpod.output.some((line) => line.match(text) !== null), `${text} in the log`);

test("a swap of the volume counts at once, without a restart", async (context) => {
  const base = { "ready.http": "/", linger: "10ms", "drain.timeout": "20s" };
  const { hotpod, volume, folder, save } = await open(context, base);
  // ready.timeout: a candidate that is mute fails after the new time, not after a minute.
  volume.write({ ...base, "ready.timeout": "300ms" });
  await logged(hotpod, /settings changed: ready\.timeout 1m → 300ms/);
  writeFileSync(join(folder, "mute"), "");
  let from = hotpod.here();
  save("2");
  await hotpod.seen("candidate-failed", from);
  rmSync(join(folder, "mute"));
  // paused: a change waits until it is taken away; a deleted file is its default again.
  volume.write({ ...base, paused: "true" });
  await logged(hotpod, /paused no → yes|paused false → true/);
  from = hotpod.here();
  save("3");
  volume.write(base);
  await hotpod.seen("promoted", from);
  // drain.timeout: a generation that does not end is killed after the new time, also when it is draining already.
  writeFileSync(join(folder, "deaf"), "");
  from = hotpod.here();
  save("4");
  await hotpod.seen("drain-started", from);
  volume.write({ ...base, "drain.timeout": "100ms" });
  const ended = await hotpod.seen("drain-ended", from);
  assert.equal(ended.killed, true);
});

test("an invalid value is refused as a whole and said with its file; the last good ones stay", async (context) => {
  const { hotpod, volume } = await open(context, { linger: "100ms" });
  volume.write({ linger: "soon", paused: "true" });
  await logged(hotpod, /the new settings are refused/);
  const control = join(hotpod.ownFolder, "control.sock");
  const rows = await policyRows(control);
  assert.equal(rows.linger?.value, "100ms");
  assert.equal(rows.paused?.value, rows.rollback?.value === "true" ? "false" : "no");
  volume.write({ linger: "200ms", boot: "last-good" });
  await logged(hotpod, /linger 100ms → 200ms/);
  await logged(hotpod, /fixed until the next start/);
  const now = (await policyRows(control)).linger;
  assert.equal(now?.value, "200ms");
  assert.match(now?.from ?? "", /policy\/linger:1$/);
  assert.ok((now?.ageMs ?? Number.POSITIVE_INFINITY) < 60_000);
});

test("ready.http: a candidate that is waited for is asked by the new one", async (context) => {
  const base = { "ready.http": "/", linger: "10ms" };
  const { hotpod, volume, save } = await open(context, base);
  volume.write({ ...base, "ready.http": ":1/nobody" });
  await logged(hotpod, /ready\.http \/ → :1\/nobody/);
  const from = hotpod.here();
  save("2");
  await hotpod.seen("generation-started", from);
  assert.equal(hotpod.all("promoted").length, 1, "nobody answers there");
  volume.write(base);
  await hotpod.seen("promoted", from);
});

test("the store is not watched, whenever it is asked for", async (context) => {
  const { hotpod, volume } = await open(context, { linger: "10ms", watch: "version" }, []);
  volume.write({ linger: "20ms", watch: join(hotpod.ownFolder, "store") });
  await logged(hotpod, /holds the watched .*store: everything hotpod writes would be a change/);
  const rows = await policyRows(join(hotpod.ownFolder, "control.sock"));
  assert.equal(rows.linger?.value, "10ms", "refused as a whole");
});

test("a named folder that is missing is an error at the start", async (context) => {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-policy-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const args = ["run", "--policy-dir", "nowhere", "--", process.execPath, "-e", "0"];
  const [node = "", ...hotpod] = ownCommand();
  const { status, stderr } = spawnSync(node, [...hotpod, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /--policy-dir: there is no folder .*\/nowhere for the policy/);
});

interface Row {
  readonly value: string | null;
  readonly from: string;
  readonly ageMs: number;
}

async function policyRows(socket: string): Promise<Readonly<Record<string, Row>>> {
  const answer = await askControl(socket, "GET", "/policy", 5_000);
  assert.ok(answer.ok, JSON.stringify(answer));
  return JSON.parse(answer.value.body) as Record<string, Row>;
}
