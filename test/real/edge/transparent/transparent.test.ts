import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { type Hotpod, startHotpod } from "#test/real/run/hotpod.js";
import { until } from "#test/real/run/processes.js";

/** Answers its version on every address of its arguments (`HOST:PORT`); `/slow` takes until a file appears. */
const SERVICE = `
const http = require("node:http");
const fs = require("node:fs");
const version = fs.readFileSync("version", "utf8").trim();
for (const address of process.argv.slice(2)) {
  const [port, host, v6] = address.split("|");
  http.createServer((asked, answer) => {
    if (asked.url === "/die") process.exit(3);
    if (asked.url !== "/slow") return answer.end(version);
    fs.writeFileSync("asked", "");
    const timer = setInterval(() => {
      if (!fs.existsSync("finish")) return;
      clearInterval(timer);
      answer.end(version);
    }, 5);
  }).listen({ port: Number(port), host, ipv6Only: v6 === "only" });
}
`;

interface Rig {
  readonly hotpod: Hotpod;
  readonly folder: string;
  readonly deploy: (version: string) => Promise<void>;
}

async function open(context: TestContext, addresses: readonly string[]): Promise<Rig> {
  ensureBundle();
  const folder = mkdtempSync(join(tmpdir(), "hotpod-transparent-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const save = (version: string): void => {
    writeFileSync(join(folder, "version.new"), version);
    renameSync(join(folder, "version.new"), join(folder, "version"));
  };
  save("one");
  const own = ["--handover", "transparent", "--linger", "20ms", "--watch", "version"];
  const args = [...own, "--", process.execPath, "server.cjs", ...addresses];
  const hotpod = await startHotpod(context, { cwd: folder, args });
  await hotpod.seen("promoted");
  const deploy = async (version: string): Promise<void> => {
    const from = hotpod.here();
    save(version);
    await hotpod.seen("promoted", from);
  };
  return { hotpod, folder, deploy };
}

function ask(host: string, port: number, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, path, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += String(part);
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

test("IPv4, IPv6, dual and several sockets at once all move with a swap", async (context) => {
  const [v4 = 0, v6 = 0, dual = 0, split = 0] = await freePorts(4);
  const addresses = [
    ...[`${v4}|127.0.0.1`, `${v6}|::1`, `${dual}|::`],
    ...[`${split}|0.0.0.0`, `${split}|::|only`],
  ];
  const { deploy } = await open(context, addresses);
  const all = (): Promise<string[]> =>
    Promise.all([
      ...[ask("127.0.0.1", v4), ask("::1", v6), ask("127.0.0.1", dual), ask("::1", dual)],
      ...[ask("127.0.0.1", split), ask("::1", split)],
    ]);
  assert.deepEqual(await all(), Array(6).fill("one"));
  await deploy("two");
  assert.deepEqual(await all(), Array(6).fill("two"));
  await deploy("three");
  assert.deepEqual(await all(), Array(6).fill("three"));
});

test("a request under way is answered before the old one, which dies of SIGTERM, hears of it", async (context) => {
  const [port = 0] = await freePorts(1);
  const { hotpod, folder, deploy } = await open(context, [`${port}|127.0.0.1`]);
  const slow = ask("127.0.0.1", port, "/slow");
  await until(() => hasFile(folder, "asked"), "the slow request to arrive");
  const from = hotpod.here();
  await deploy("two");
  assert.equal(await ask("127.0.0.1", port), "two");
  assert.deepEqual(hotpod.all("drain-started", from), [], "it is not asked to end yet");
  writeFileSync(join(folder, "finish"), "");
  assert.equal(await slow, "one");
  await hotpod.seen("drain-ended", from);
});

test("a crashed service gets its sockets back, with who waits in them", async (context) => {
  const [port = 0] = await freePorts(1);
  const { hotpod } = await open(context, [`${port}|127.0.0.1`]);
  const from = hotpod.here();
  const died = new Promise<void>((resolve) => {
    request({ host: "127.0.0.1", port, path: "/die" }, () => {})
      .on("error", () => resolve())
      .end();
  });
  await died;
  assert.equal(await ask("127.0.0.1", port), "one");
  await hotpod.seen("crashed", from);
});

test("where something watches system calls already, it is said with the ways out", async (context) => {
  ensureBundle();
  const [port = 0, probes = 0] = await freePorts(2);
  const folder = mkdtempSync(join(tmpdir(), "hotpod-nested-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "version"), "one");
  writeFileSync(join(folder, "server.cjs"), SERVICE);
  const inner = [
    ...[process.execPath, join(import.meta.dirname, "../../../../dist/hotpod.js"), "run"],
    ...["--handover", "transparent", "--probes-listen", `127.0.0.1:${probes}`],
    ...["--store-dir", join(folder, "inner"), "--watch", "version", "--crash-restarts", "0"],
    ...["--", process.execPath, "server.cjs", `${port}|127.0.0.1`],
  ];
  const own = ["--handover", "transparent", "--watch", "version", "--", ...inner];
  const outer = await startHotpod(context, { cwd: folder, args: own });
  const said = () => outer.output.join("\n");
  await until(() => said().includes("EBUSY"), "the inner one to say why");
  assert.match(said(), /transparent cannot be had here: something watches/);
  assert.match(said(), /--handover proxy/);
});

function hasFile(folder: string, name: string): boolean {
  try {
    rmSync(join(folder, name));
    return true;
  } catch {
    return false;
  }
}
