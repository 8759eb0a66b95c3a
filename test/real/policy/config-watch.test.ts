import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { askControl } from "#edge/http/control-client.js";
import { ensureBundle, ownCommand } from "#edge/observe/own-command.js";
import { hashOfFile, hashOfFolder } from "#edge/watch/config-files.js";
import type { ConfigOutcome, FollowedConfig } from "#model/followed-config.js";
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
  if (asked.url === "/nowhere") answer.statusCode = 404;
  answer.end(config);
}).listen({ fd: 3 });
`;

interface Rig {
  readonly hotpod: Hotpod;
  readonly volume: AtomicVolume;
  readonly folder: string;
  readonly starts: () => number;
  readonly answer: () => Promise<string>;
}

/** Further flags of `hotpod run`; `flags` null: it follows the folder `config` with this action. */
async function open(
  context: TestContext,
  action: string,
  flags: ((folder: string) => readonly string[]) | null = null,
): Promise<Rig> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-config-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const volume = atomicVolume(join(folder, "config"));
  volume.write({ limits: "one" });
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const follow = flags?.(folder) ?? ["--config-watch", `config=${action}`];
  const own = [...follow, "--watch", "server.cjs"];
  const args = [...own, "--", process.execPath, "server.cjs"];
  const hotpod = await startHotpod(context, { cwd: folder, args });
  await hotpod.seen("promoted");
  const starts = (): number =>
    existsSync(join(folder, "starts")) ? readFileSync(join(folder, "starts")).length : 0;
  return { hotpod, volume, folder, starts, answer: () => ask(hotpod.port) };
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

/** The paths that `hotpod ctl config` tells of. */
async function followed(hotpod: Hotpod): Promise<string[]> {
  const answer = await askControl(join(hotpod.ownFolder, "control.sock"), "GET", "/config", 5_000);
  assert.ok(answer.ok, JSON.stringify(answer));
  return (JSON.parse(answer.value.body) as FollowedConfig[]).map(({ path }) => path);
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

// Breaks when config.watch of the policy directory waits for a restart, or a rule outlives its removal.
test("config.watch of the policy directory counts in the middle of a life", async (context) => {
  let policy: AtomicVolume | undefined;
  const { hotpod, volume, starts, answer } = await open(context, "none", (folder) => {
    policy = atomicVolume(join(folder, "policy"));
    policy.write({});
    return ["--policy-dir", "policy"];
  });
  const set = async (files: Readonly<Record<string, string>>): Promise<void> => {
    const from = hotpod.here();
    policy?.write(files);
    const isIt = ({ event }: Told) => event === "settings-changed";
    await hotpod.events.until("the policy to count", isIt, from, 10_000);
  };
  await set({ "config.watch": "config=SIGHUP" });
  volume.write({ limits: "two" });
  await until(async () => (await answer()) === "two", "the service to answer two");
  await set({ "config.watch": "config=POST /reload" });
  volume.write({ limits: "three" });
  await until(async () => (await answer()) === "three", "the service to answer three");
  const told = hotpod.events.items.filter(({ event }) => event === "config-changed");
  assert.deepEqual(
    told.map(({ message }) => message.replace(/^.*: /, "")),
    ["SIGHUP", "POST /reload"],
  );
  assert.ok((await followed(hotpod)).includes(volume.folder));
  await set({});
  assert.ok(!(await followed(hotpod)).includes(volume.folder));
  assert.equal(starts(), 1, "it was not started again");
});

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

/** `hotpod ctl config --wait`, as it is run in a pod. */
function waitFor(
  hotpod: Hotpod,
  wait: string,
  timeout = "20s",
): Promise<{ readonly code: number; readonly outcomes: readonly ConfigOutcome[] }> {
  const [program = "", ...own] = ownCommand();
  const socket = join(hotpod.ownFolder, "control.sock");
  const flags = ["--control-socket", socket, "--json", "--wait", wait, "--timeout", timeout];
  return new Promise((resolve, reject) => {
    execFile(program, [...own, "ctl", "config", ...flags], (error, out, err) => {
      if (out === "") return reject(new Error(err, { cause: error }));
      resolve({ code: Number(error?.code ?? 0), outcomes: JSON.parse(out) });
    });
  });
}

for (const [action, state] of [
  ["SIGHUP", "told"],
  ["POST /reload", "answered"],
  ["swap", "serves"],
] as const) {
  test(`whoever waits for new content hears what became of it: ${action}`, async (context) => {
    const { volume, hotpod, answer, folder } = await open(context, action);
    const path = join(folder, "config");
    volume.write({ limits: "two" });
    const hash = hashOfFolder([{ name: "limits", text: "two" }]);
    const { code, outcomes } = await waitFor(hotpod, `${path}=${hash}`);
    assert.deepEqual([code, outcomes[0]?.state, outcomes[0]?.action], [0, state, action]);
    await until(async () => (await answer()) === "two", "the service to answer two");
    // Not followed, but there: it is looked at.
    const file = await waitFor(hotpod, `${path}/limits=${hashOfFile(Buffer.from("two"))}`);
    assert.deepEqual([file.code, file.outcomes[0]?.state], [0, "delivered"]);
  });
}

test("what the service or nobody takes over ends the wait with 1", async (context) => {
  const { volume, hotpod, folder } = await open(context, "POST /nowhere");
  const path = join(folder, "config");
  volume.write({ limits: "bad" });
  const hash = hashOfFolder([{ name: "limits", text: "bad" }]);
  const refused = await waitFor(hotpod, `${path}=${hash}`);
  assert.deepEqual([refused.code, refused.outcomes[0]?.state], [1, "refused"]);
  assert.match(refused.outcomes[0]?.detail ?? "", /404/);
  const late = await waitFor(hotpod, `${path}=0123456789ab`, "100ms");
  assert.deepEqual([late.code, late.outcomes[0]?.state], [1, "late"]);
});
