/** Programs that bind their port as they always did, each in a pod of its own, all at the same time. */
import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { record } from "#test/node/cluster/findings.js";
import { inPod } from "#test/node/cluster/kubectl.js";
import { loadLine, loadPod } from "#test/node/cluster/load.js";
import { eventually, tell } from "#test/node/cluster/patience.js";
import { startRedisClients } from "#test/node/cluster/redis-clients.js";
import { answeredBy, disturbances, type Shop, startShop } from "#test/node/cluster/shop.js";
import { type Program, replaceFile, runProgram, SOURCE } from "#test/node/cluster/source.js";
import { needsTool } from "#test/real/edge/needs-tool.js";

const SWAPS = 5;
/** Longer than an old generation lingers. */
const LOOK_AT_IT_MS = 1_500;
const FRESH = { connections: 0, thinkMs: 20, newPerSecond: 50 };

const PYTHON_SERVICE = `
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
body = b'{"version":"%s","end":true}\\n' % open("version", "rb").read()
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments):
        pass
ThreadingHTTPServer(("", 8080), Handler).serve_forever()
`;

const nginxConf = (version: number): string => `
daemon off;
pid nginx.pid;
worker_processes 2;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  server { listen 8080; location / { return 200 "{\\"version\\":\\"${version}\\",\\"end\\":true}\\n"; } }
}
`;

/** A program, and the file of it that changes: by default `version`, which it reads at its start. */
interface Unmodified extends Pick<Program, "argv"> {
  /** The program of this machine that the image has taken, and how to ask for its version. */
  readonly tool?: readonly [file: string, ask: string];
  readonly files?: Program["files"];
  readonly changing?: string;
  readonly content?: (version: number) => string;
}

const programs: Readonly<Record<string, Unmodified>> = {
  go: { argv: ["/versions/plain"] },
  python: {
    tool: ["/usr/bin/python3", "--version"],
    argv: ["/usr/bin/python3", "server.py"],
    files: { "server.py": PYTHON_SERVICE },
  },
  nginx: {
    tool: ["nginx", "-v"],
    argv: ["nginx", "-e", "stderr", "-p", SOURCE, "-c", "nginx.conf"],
    changing: "nginx.conf",
    content: nginxConf,
  },
  redis: {
    tool: ["redis-server", "--version"],
    argv: ["redis-server", "--port", "8080", "--save", "", "--protected-mode", "no"],
  },
};

describe("programs as they are, restricted: no new connection fails", { concurrency: 4 }, () => {
  for (const [name, program] of Object.entries(programs)) {
    test(name, { timeout: 120_000 }, async (t) => {
      const { tool } = program;
      if (tool === undefined || needsTool(t, ...tool)) await swapUnderLoad(t, name, program);
    });
  }
});

async function swapUnderLoad(t: TestContext, name: string, program: Unmodified): Promise<void> {
  const { argv, files = {}, changing = "version", content = String } = program;
  const flags = ["--watch", `${SOURCE}/${changing}`];
  const run = runProgram({ files: { ...files, [changing]: content(1) }, flags, argv });
  const shop = await startShop("hotpod.yaml", `plain-${name}`, run);
  t.after(() => shop.remove());
  const swap = (version: number): Promise<string> =>
    inPod(shop.name, replaceFile(changing, content(version)));
  const done = name === "redis" ? await swapRedis(shop, swap) : await swapHttp(t, shop, swap);
  tell(`${name}: ${done.line}`);
  record(`unmodified ${name}`, { swaps: SWAPS, requests: done.requests, failed: done.failed });
  if (done.failed > 0) console.error(await shop.logs());
  assert.equal(done.failed, 0, `${name}: ${done.line}`);
  assert.equal(done.served, SWAPS + 1, `${name}: every generation answered`);
  const { handover } = (await shop.status()) as { handover: { kind: string } };
  assert.equal(handover.kind, "transparent", `${name}: that is found out at the first start`);
  assert.deepEqual(await disturbances(shop), []);
}

interface Done {
  readonly line: string;
  readonly requests: number;
  readonly failed: number;
  /** How many generations answered. */
  readonly served: number;
}

type Swap = (version: number) => Promise<unknown>;

async function swapHttp(t: TestContext, shop: Shop, swap: Swap): Promise<Done> {
  const load = await loadPod(t, shop.ip, FRESH);
  await answeredBy(load, "1", 10_000);
  for (let version = 2; version <= SWAPS + 1; version += 1) {
    await swap(version);
    await answeredBy(load, `${version}`, 20_000);
    await pause(LOOK_AT_IT_MS);
  }
  const summary = await load.stop();
  const { requests, failed, versions } = summary;
  return { line: loadLine(summary), requests, failed, served: versions.length };
}

async function swapRedis(shop: Shop, swap: Swap): Promise<Done> {
  const clients = await startRedisClients(shop.ip);
  try {
    for (let version = 2; version <= SWAPS + 1; version += 1) {
      await swap(version);
      await eventually(`redis-server number ${version}`, 20_000, () =>
        clients.servers() >= version ? true : null,
      );
      await pause(LOOK_AT_IT_MS);
    }
  } finally {
    await clients.stop();
  }
  const { requests, failures } = clients;
  const line = `${requests()} requests, ${failures.length} failed ${failures.slice(0, 3).join("; ")}`;
  return { line, requests: requests(), failed: failures.length, served: clients.servers() };
}
