import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

const folder = mkdtempSync(join(tmpdir(), "hotpod-package-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const npm = (...args: string[]): string =>
  execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const server = `
import { createServer } from "node:http";
const server = createServer((_, response) => response.end("served"));
server.listen({ fd: 3 });
process.on("SIGTERM", () => server.close(() => process.exit(7)));
`;

test("the package, installed into an empty folder, runs a service", {
  timeout: 240_000,
}, async () => {
  const [packed] = JSON.parse(
    npm("pack", process.cwd(), "--json", "--pack-destination", folder),
  ) as [{ filename: string; files: { path: string }[] }];
  assertContents(packed.files.map((file) => file.path));

  npm("init", "--yes");
  npm("install", "--prefer-offline", "--no-audit", "--no-fund", `./${packed.filename}`);
  const installed = readdirSync(join(folder, "node_modules")).filter((name) => name[0] !== ".");
  assert.deepEqual(installed, ["@koromix", "hotpod", "koffi"], "only koffi comes along");

  writeFileSync(join(folder, "server.mjs"), server);
  const [port, probes] = [await freePort(), await freePort()];
  const child = spawn(
    "npx",
    [
      ...["hotpod", "run", "--listen", `127.0.0.1:${port}`, "--shutdown-delay", "0"],
      ...["--probes-listen", `127.0.0.1:${probes}`, "--", "node", "server.mjs"],
    ],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  const said = outputOf(child);
  try {
    await eventually(said, async () => (await get(probes, "/readyz")).status === 200);
    assert.equal((await get(port, "/")).text, "served");
    const closed = once(child, "close");
    process.kill(-(child.pid as number), "SIGTERM");
    await closed;
    await eventually(said, () =>
      get(probes, "/livez").then(
        () => false,
        () => true,
      ),
    );
  } finally {
    killGroup(child);
  }
});

function assertContents(paths: readonly string[]): void {
  const version = (JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version;
  assert.match(version, /^\d+\.\d+\.\d+/);
  for (const path of ["dist/hotpod.js", "dist/shim.cjs", "LICENSE", "README.md", "package.json"]) {
    assert.ok(paths.includes(path), `${path} is in the package`);
  }
  const stray = paths.filter((path) => !/^(dist|schema)\/|^[^/]+$/.test(path));
  assert.deepEqual(stray, [], "no sources and no tests are in the package");
}

async function get(port: number, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal: AbortSignal.timeout(5_000),
  });
  return { status: answer.status, text: await answer.text() };
}

async function freePort(): Promise<number> {
  const socket = createServer().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const address = socket.address();
  socket.close();
  await once(socket, "close");
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

function outputOf(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      text += data.toString();
    });
  }
  return () => text;
}

/** Asks until the answer is yes; what hotpod has said explains why it never was. */
async function eventually(said: () => string, ask: () => Promise<boolean>): Promise<void> {
  const latest = performance.now() + 30_000;
  while (performance.now() < latest) {
    if (await ask().catch(() => false)) return;
    await pause(25);
  }
  assert.fail(`not in 30 s; it said:\n${said()}`);
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}
