/** A candidate with a share of the clients: at every weight, promoted, failing, and without whom it was to replace. */
import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { askControl } from "#edge/http/control-client.js";
import { freePorts } from "#edge/observe/free-port.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type AtomicVolume, atomicVolume } from "#test/edge/atomic-writer.js";
import { countAnswers } from "#test/real/edge/sockets/steered-rig.js";
import { type MixedLoad, startMixedLoad } from "#test/real/load/mixed-load.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";
import { until } from "#test/real/run/processes.js";

before(ensureBundle);
const limits = { timeout: 240_000 };
const CONNECTIONS = 10_000;
const WITHIN = 0.03;
type Handover = "inherit" | "transparent" | "proxy";

/** Answers its version; \`sick\` fails at /healthz, \`mortal\` ends once a file is there. Takes sockets, or binds PORT. */
const SERVICE = `
const fs = require("node:fs");
const { version, fault } = JSON.parse(fs.readFileSync("version", "utf8"));
const servers = [];
const server = () => {
  servers.push(require("node:http").createServer((asked, answer) => {
    if (asked.url === "/healthz" && fault === "sick") answer.statusCode = 500;
    answer.end(version);
  }));
  return servers.at(-1);
};
const given = Number(process.env.LISTEN_FDS ?? 0);
for (let fd = 3; fd < 3 + given; fd++) server().listen({ fd });
if (given === 0) for (const host of ["127.0.0.1", "::1"]) server().listen(process.env.PORT, host);
if (fault === "mortal") setInterval(() => fs.existsSync("end") && process.exit(3), 5).unref();
process.on("SIGTERM", () => { for (const one of servers) one.close(); });
`;

interface Rig {
  readonly hotpod: Hotpod;
  readonly volume: AtomicVolume;
  readonly folder: string;
  readonly save: (version: string, fault?: string) => void;
  readonly load: MixedLoad;
  readonly control: (request: string) => Promise<number>;
}

async function open(
  context: TestContext,
  handover: Handover,
  policy: Readonly<Record<string, string>>,
): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-canary-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const volume = atomicVolume(join(folder, "policy"));
  volume.write({ linger: "50ms", ...policy });
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const save = (version: string, fault = ""): void => {
    writeFileSync(join(folder, "new"), JSON.stringify({ version, fault }));
    renameSync(join(folder, "new"), join(folder, "version"));
  };
  save("1");
  const [port = 0] = await freePorts(1);
  const v6 = handover === "proxy" ? [] : ["--listen", `v6=[::1]:${port}`];
  const own = ["--handover", handover, ...v6, "--policy-dir", "policy", "--watch", "version"];
  const args = [...own, "--", process.execPath, "server.cjs"];
  const hotpod = await startHotpod(context, { cwd: folder, port, args });
  await hotpod.seen("promoted");
  // Only where hotpod forwards does a kept connection outlive the generation that answered on it.
  const load = startMixedLoad(port, 4, { ask, kept: handover === "proxy" });
  context.after(() => load.stop());
  const socket = join(hotpod.ownFolder, "control.sock");
  const control = async (request: string): Promise<number> => {
    const answer = await askControl(socket, "POST", `/${request}`, 5_000);
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer.value.code;
  };
  return { hotpod, volume, folder, save, load, control };
}

function ask(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, agent }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += String(part);
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

// Inherited sockets are steered as the others are: test/real/edge/sockets/share.test.ts tries every weight on them.
for (const [handover, percents] of [
  ["inherit", [10, 0]],
  ["transparent", [1, 10, 90, 99, 0]],
  ["proxy", [10, 90, 0]],
] as const) {
  test(
    `${handover}: every weight counts at once, and a promotion moves the rest; nobody notices`,
    limits,
    async (t) => {
      const base = { canaryFor: "10m" };
      const { hotpod, volume, save, load, control } = await open(t, handover, {
        ...base,
        canary: "50%",
      });
      const hosts = handover === "proxy" ? ["127.0.0.1"] : ["127.0.0.1", "::1"];
      assert.equal(await control("promote"), 409);
      save("2");
      const started = await hotpod.seen("canary-started");
      assert.deepEqual([started.percent, started.beside], [50, 1]);
      const measured: string[] = [];
      const measure = async (percent: number): Promise<void> => {
        const all = await countAnswers("http", hotpod.port, CONNECTIONS * hosts.length, hosts);
        for (const host of hosts) {
          const { 1: one = 0, 2: two = 0 } = all[host] ?? {};
          assert.equal(one + two, CONNECTIONS, JSON.stringify(all));
          measured.push(`${percent} % ${host}: ${((100 * two) / CONNECTIONS).toFixed(2)}`);
          assert.ok(Math.abs(two / CONNECTIONS - percent / 100) <= WITHIN, measured.at(-1));
          if (percent === 0 || percent === 100) assert.equal(two, CONNECTIONS * (percent / 100));
        }
      };
      await measure(50);
      for (const percent of percents) {
        volume.write({ linger: "50ms", ...base, canary: String(percent) });
        await hotpod.seen("canary-weighed", 0, (told) => told.percent === percent);
        const { code, body } = await hotpod.probe("/readyz");
        const told = JSON.parse(body);
        assert.deepEqual(
          [code, told.generation, told.canary, told.canaryPercent],
          [200, 1, 2, percent],
        );
        const metrics = await hotpod.probe("/metrics");
        assert.ok(metrics.body.includes(`\nhotpod_canary_percent ${percent}\n`));
        await measure(percent);
      }
      const { canary, candidate } = await hotpod.status();
      assert.deepEqual([canary?.percent, canary?.endsAt, candidate?.phase], [0, null, "canary"]);
      assert.equal(await control("promote"), 202);
      await hotpod.seen("promoted", 0, ({ generation }) => generation === 2);
      await measure(100);
      await load.stop();
      assert.deepEqual(load.failures, []);
      t.diagnostic(`${measured.join(", ")}; 0 failed`);
    },
  );
}

for (const handover of ["inherit", "transparent", "proxy"] as const) {
  test(`${handover}: a canary is promoted when its time is over`, limits, async (t) => {
    const policy = { canary: "20", canaryFor: "1s" };
    const { hotpod, save, load } = await open(t, handover, policy);
    save("2");
    const started = await hotpod.seen("canary-started");
    const promoted = await hotpod.seen("promoted", 0, ({ generation }) => generation === 2);
    assert.ok(promoted.atMs - started.atMs >= 900, `${promoted.atMs - started.atMs} ms`);
    await hotpod.seen("drain-ended");
    await load.stop();
    assert.deepEqual(load.failures, []);
    assert.ok((load.answered.get("2") ?? 0) > 0);
  });

  test(
    `${handover}: a canary that answers liveness badly goes back: nobody fails, the old one never stopped`,
    limits,
    async (t) => {
      const liveness = { "liveness.http": "/healthz", "liveness.period": "200ms" };
      const policy = { canary: "30", canaryFor: "1s", ...liveness };
      const { hotpod, save, load } = await open(t, handover, policy);
      const pid = (await hotpod.status()).serving?.pid;
      save("2", "sick");
      const back = await hotpod.seen("rolled-back");
      assert.deepEqual([back.generation, back.why.kind], [2, "unhealthy"]);
      await hotpod.seen("drain-ended");
      const { serving, quarantine, behind } = await hotpod.status();
      assert.deepEqual([serving?.generation, serving?.pid], [1, pid]);
      assert.deepEqual(quarantine, [back.from.id]);
      assert.match(behind ?? "", /failed before/);
      assert.deepEqual(await countAnswers("http", hotpod.port, 500, ["127.0.0.1"]), {
        "127.0.0.1": { 1: 500 },
      });
      await load.stop();
      assert.deepEqual(load.failures, []);
    },
  );

  test(
    `${handover}: a canary that ends costs what it was answering, and nothing after`,
    limits,
    async (t) => {
      const policy = { canary: "50", canaryFor: "10m" };
      const { hotpod, save, load, folder } = await open(t, handover, policy);
      save("2", "mortal");
      await hotpod.seen("canary-started");
      await until(() => (load.answered.get("2") ?? 0) > 100, "the canary to answer");
      writeFileSync(join(folder, "end"), "");
      await hotpod.seen("rolled-back", 0, ({ why }) => why.kind === "exited");
      const failed = load.failures.length;
      await until(() => (load.answered.get("1") ?? 0) > 500, "the old one to answer");
      assert.deepEqual(await countAnswers("http", hotpod.port, 500, ["127.0.0.1"]), {
        "127.0.0.1": { 1: 500 },
      });
      await load.stop();
      t.diagnostic(`${failed} failed: ${load.failures.join("; ")}`);
      // Each of the four clients had one request or connection with it at most, and may have opened another before it was known.
      assert.ok(load.failures.length <= 8, load.failures.join("\n"));
      assert.equal((await hotpod.status()).serving?.generation, 1);
    },
  );
}

test("who keeps the rest is killed: the canary takes over at once", limits, async (t) => {
  const { hotpod, save, load } = await open(t, "inherit", { canary: "10", canaryFor: "10m" });
  save("2");
  await hotpod.seen("canary-started");
  const { serving } = await hotpod.status();
  process.kill(serving?.pid ?? 0, "SIGKILL");
  await hotpod.seen("canary-took-over");
  await hotpod.seen("promoted", 0, ({ generation }) => generation === 2);
  assert.deepEqual(await countAnswers("http", hotpod.port, 500, ["127.0.0.1"]), {
    "127.0.0.1": { 2: 500 },
  });
  await load.stop();
  assert.ok(load.failures.length <= 8, load.failures.join("\n"));
});

test(
  "a weight that cannot be kept to is said once, and a swap is made as without it",
  limits,
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "hotpod-canary-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "server.cjs"), SERVICE);
    writeFileSync(join(folder, "version"), JSON.stringify({ version: "1" }));
    const own = ["--handover", "restart", "--canary", "10", "--watch", "version", "--linger", "0"];
    const args = [...own, "--", process.execPath, "server.cjs"];
    const hotpod = await startHotpod(t, { cwd: folder, args });
    await hotpod.seen("promoted");
    for (const version of ["2", "3"]) {
      writeFileSync(join(folder, "version"), JSON.stringify({ version }));
      await hotpod.seen("promoted", 0, ({ generation }) => generation === Number(version));
    }
    const said = hotpod.events.items.filter(({ event }) => event === "canary-undivided");
    assert.equal(said.length, 1);
    assert.match(said[0]?.message ?? "", /canary is ignored: with handover restart/);
    assert.deepEqual(hotpod.all("canary-started"), []);
    await hotpod.stop();
  },
);
