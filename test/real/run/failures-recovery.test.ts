/** What happens when the serving generation, hotpod itself or its surroundings fail. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, test } from "node:test";
import { ensureBundle, ownCommand } from "#edge/observe/own-command.js";
import { needsTool } from "#test/real/edge/needs-tool.js";
import { type Hotpod, startHotpod, temporaryFolder } from "./hotpod.js";
import { isAlive, listensOn, until } from "./processes.js";
import { assertUnhurt, copyShop, QUICK, reached, serveShop, startClients } from "./shop.js";

before(ensureBundle);
const limits = { timeout: 120_000 };

async function servingPid(hotpod: Hotpod): Promise<number> {
  return (await hotpod.status()).serving?.pid ?? 0;
}

/** SIGKILL to the serving generation, from outside. */
async function strike(hotpod: Hotpod): Promise<void> {
  process.kill(await servingPid(hotpod), "SIGKILL");
}

/** `hotpod ctl`, as a person calls it. */
function ctl(hotpod: Hotpod, ...args: readonly string[]): string {
  const [node = "", ...rest] = ownCommand();
  const flags = ["--json", "--control-socket", join(hotpod.ownFolder, "control.sock")];
  const done = spawnSync(node, [...rest, "ctl", ...args, ...flags], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}

// Breaks when clients share a candidate's socket before ready.http has answered well: it answers 500 until it is warm.
test(
  "ready.http: a service that knows nothing of hotpod is not met while it is cold",
  limits,
  async (t) => {
    const cwd = temporaryFolder(t);
    cpSync(resolve("test/real/programs/warming.mjs"), join(cwd, "server.mjs"));
    const save = (version: number) => {
      writeFileSync(join(cwd, ".version.swp"), `${version}`);
      renameSync(join(cwd, ".version.swp"), join(cwd, "version"));
    };
    save(1);
    const args = [...QUICK, "--ready-http", "/", "--", process.execPath, "server.mjs"];
    const hotpod = await startHotpod(t, { cwd, args });
    await hotpod.seen("promoted");
    const load = await startClients(t, hotpod);
    save(2);
    await reached(load, 2);
    const ready = await hotpod.seen("generation-ready", 0, (told) => told.generation === 2);
    assert.equal(ready.by, "http");
    assert.ok(ready.tookMs > 700, `ready after ${ready.tookMs} ms`);
    await hotpod.seen("drain-ended");
    assertUnhurt(await load.stop(), ["1", "2"]);
    assert.equal(await hotpod.stop(), 0);
  },
);

// Breaks when the sockets close with the process, the restarts are not counted, or the end is not the service's own.
test(
  "a serving generation that dies is restarted three times, then hotpod ends with its code",
  limits,
  async (t) => {
    const { hotpod, load } = await serveShop(t);
    for (const restart of [1, 2, 3]) {
      const from = hotpod.here();
      await strike(hotpod);
      const crashed = await hotpod.seen("crashed", from);
      assert.deepEqual([crashed.restart, crashed.of], [restart, 3]);
      const promoted = await hotpod.seen("promoted", from);
      assert.ok(promoted.atMs - crashed.atMs < 2_000, `${promoted.atMs - crashed.atMs} ms down`);
    }
    const summary = await load.stop();
    // Only what the dead had been asked: nobody was refused, and what waited in the queue was answered.
    assert.ok(summary.failed <= 3 * 12, JSON.stringify(summary.failures));
    for (const { reason } of summary.failures) assert.match(reason, /^(reset|unanswered|cut)$/);
    await strike(hotpod);
    await hotpod.seen("crash-limit-reached");
    assert.equal(await hotpod.exited, 137);
    await hotpod.stop();
  },
);

/** A pseudo-terminal; its owner passes the exit code on. */
const onTerminal = [
  "python3",
  "-c",
  "import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))",
];

// Breaks when hotpod ends in front of a person, who would have to start it again.
test("on a terminal it waits for the next change instead of ending", limits, async (t) => {
  if (!needsTool(t, "python3")) return;
  const shop = copyShop(t);
  const { folder: cwd, ownFolder } = shop;
  const args = [...QUICK, "--crash-restarts", "1"];
  const hotpod = await startHotpod(t, { cwd, ownFolder, args, wrapper: onTerminal });
  await hotpod.seen("promoted");
  await strike(hotpod);
  await hotpod.seen("promoted", 0, (told) => told.generation === 2);
  await strike(hotpod);
  await hotpod.seen("crash-limit-reached");
  await until(async () => (await hotpod.status()).phase === "waiting", "waiting");
  assert.deepEqual(await hotpod.probe("/readyz"), { code: 503, body: '{"status":"waiting"}' });
  shop.save(2);
  await hotpod.seen("promoted", 0, (told) => told.generation === 3);
  assert.equal((await hotpod.probe("/readyz")).code, 200);
  await hotpod.stop();
});

// Breaks when an unchanged content is taken for no reason to act, or the swap costs a request.
test("SIGUSR2 and `ctl reload`: a new generation of the same artifact", limits, async (t) => {
  const { hotpod, load } = await serveShop(t);
  const first = await servingPid(hotpod);
  hotpod.signal("SIGUSR2");
  const again = await hotpod.seen("promoted", 0, (told) => told.generation === 2);
  const [before] = hotpod.all("promoted");
  assert.equal(again.artifact.id, before?.artifact.id);
  await until(() => !isAlive(first), "the end of generation 1");
  ctl(hotpod, "reload");
  await hotpod.seen("promoted", 0, (told) => told.generation === 3);
  assertUnhurt(await load.stop(), ["1"]);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when HUP restarts something, takes half of a bad file over, or changes what is fixed at the start.
test("SIGHUP: good settings count at once, bad ones change nothing", limits, async (t) => {
  const { shop, hotpod, load } = await serveShop(t);
  const value = (key: string): string | undefined =>
    (JSON.parse(ctl(hotpod, "policy")) as Record<string, { value: string }>)[key]?.value;
  const hup = async (text: string) => {
    const from = hotpod.here();
    shop.write("hotpod.yaml", text);
    hotpod.signal("SIGHUP");
    const isAbout = (told: { event: string }) => told.event.startsWith("settings-");
    return await hotpod.events.until("settings", isAbout, from, 10_000);
  };
  assert.equal((await hup("ready:\n  timeout: 700ms\n")).event, "settings-changed");
  assert.equal(value("ready.timeout"), "700ms");
  const refused = await hup("ready:\n  timeout: 3s\nprobation: banana\n");
  assert.equal(refused.event, "settings-refused");
  assert.match(JSON.stringify(refused), /hotpod\.yaml:3:12/);
  assert.equal(value("ready.timeout"), "700ms");
  assert.equal((await hup("ready:\n  timeout: 700ms\nboot: last-good\n")).event, "settings-cold");
  assert.equal(value("boot"), "image");
  shop.save(2, "never-ready");
  const { why } = await hotpod.seen("candidate-failed");
  assert.ok(why.kind === "ready-timeout" && why.afterMs < 1_500, JSON.stringify(why));
  assertUnhurt(await load.stop(), ["1"]);
  assert.equal(await hotpod.stop(), 0);
});

// Breaks when the service outlives its supervisor (clients would meet two), or a lock, socket or pid stays behind.
test(
  "kill -9 of hotpod: the service ends with it, the next start takes the same store and port",
  limits,
  async (t) => {
    const shop = copyShop(t);
    const { folder: cwd, ownFolder } = shop;
    const dead = await startHotpod(t, { cwd, ownFolder, args: QUICK });
    await dead.seen("promoted");
    dead.signal("SIGKILL");
    await dead.exited;
    await until(() => dead.processes().length === 0, "the end of the service", 2_000);
    await until(() => !listensOn(dead.port), "the end of the socket", 2_000);
    shop.save(2);
    const { port } = dead;
    const next = await startHotpod(t, { cwd, ownFolder, port, args: QUICK });
    await next.seen("promoted");
    const load = await startClients(t, next);
    shop.save(3);
    await reached(load, 3);
    assertUnhurt(await load.stop(), ["2", "3"]);
    assert.equal(await next.stop(), 0);
  },
);

// Breaks when an orphan of an earlier run silently takes a share of the connections: it has inherited the listening socket.
test("kill -9 of hotpod with a daemon left behind: the next start names it", limits, async (t) => {
  const shop = copyShop(t, 1, "daemon=600");
  const { folder: cwd, ownFolder } = shop;
  const dead = await startHotpod(t, { cwd, ownFolder, args: QUICK });
  await dead.seen("promoted");
  const pid = await servingPid(dead);
  dead.signal("SIGKILL");
  await dead.exited;
  await until(() => !isAlive(pid), "the end of the service", 2_000);
  const [daemon = 0] = dead.processes();
  t.after(() => isAlive(daemon) && process.kill(daemon, "SIGKILL"));
  const { port } = dead;
  const refused = await startHotpod(t, { cwd, ownFolder, port, args: QUICK });
  assert.equal(await refused.exited, 1);
  const named = new RegExp(`in use by process ${daemon} \\(sleep 600\\)`);
  assert.match(refused.output.join("\n"), named);
  process.kill(daemon, "SIGKILL");
  await until(() => !listensOn(port), "the end of the daemon");
  const next = await startHotpod(t, { cwd, ownFolder, port, args: QUICK });
  await next.seen("promoted");
  assert.equal(await next.stop(), 0);
});
