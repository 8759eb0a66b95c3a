// node -C source --import tsx bench/proxy-cost.ts: what forwarding costs, with the same Go service asked directly, through hotpod's proxy and
// through nginx as a proxy, in turn, several rounds; writes bench/proxy/DATE.json. Needs go and nginx.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "#edge/observe/free-port.js";
import { startLoadChild } from "#edge/observe/load-child.js";
import { ensureBundle } from "#edge/observe/own-command.js";
import { startSupervisor } from "#edge/observe/supervisor.js";

const ROUNDS = 5;
const CONNECTIONS = 16;
const REQUESTS = 6_000;

const SERVICE = `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "bench") })
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
`;

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks until so many requests are answered. */
async function measure(port: number): Promise<Figures> {
  const url = `http://127.0.0.1:${port}/`;
  const load = await startLoadChild({
    url,
    connections: CONNECTIONS,
    ratePerSecond: 0,
    thinkMs: 0,
  });
  while (load.counts().requests < REQUESTS) await new Promise((resolve) => setTimeout(resolve, 20));
  const { kept, tookMs, failed } = await load.stop();
  if (failed > 0) throw new Error(`${failed} requests failed`);
  const { p50, p99 } = kept.latencyMs;
  return { perSecond: Math.round(kept.requests / (tookMs / 1_000)), p50Ms: p50, p99Ms: p99 };
}

async function untilAnswered(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const median = (all: readonly Figures[]): Figures =>
  all.toSorted((one, other) => one.perSecond - other.perSecond)[all.length >> 1] as Figures;

ensureBundle();
const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-proxy-"));
const [direct = 0, viaNginx = 0, viaHotpod = 0, probesPort = 0] = await freePorts(4);
writeFileSync(join(folder, "main.go"), SERVICE);
const program = join(folder, "server");
const built = spawnSync("go", ["build", "-o", program, "main.go"], {
  cwd: folder,
  encoding: "utf8",
});
if (built.status !== 0) throw new Error(built.stderr);
writeFileSync(
  join(folder, "nginx.conf"),
  `daemon off; pid nginx.pid; worker_processes 1; events {}
http { access_log off; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  upstream service { server 127.0.0.1:${direct}; keepalive 64; }
  server { listen 127.0.0.1:${viaNginx}; keepalive_requests 1000000;
    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
);
const service = spawn(program, { env: { ...process.env, PORT: String(direct) }, stdio: "ignore" });
const nginx = spawn("nginx", ["-e", "stderr", "-p", folder, "-c", "nginx.conf"], {
  stdio: "ignore",
});
const ownFolder = join(folder, "own");
mkdirSync(ownFolder);
const args = ["--handover", "proxy", "--watch", "main.go", "--recipe", "none", "--", program];
const supervisor = await startSupervisor({
  cwd: folder,
  ownFolder,
  port: viaHotpod,
  probesPort,
  args,
});
const ways = { direct, nginx: viaNginx, hotpod: viaHotpod };
const rounds: Record<keyof typeof ways, Figures[]> = { direct: [], nginx: [], hotpod: [] };
try {
  for (const port of Object.values(ways)) await untilAnswered(port);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [way, port] of Object.entries(ways)) {
      rounds[way as keyof typeof ways].push(await measure(port));
      console.error(
        `round ${round + 1} ${way}: ${JSON.stringify(rounds[way as keyof typeof ways].at(-1))}`,
      );
    }
  }
} finally {
  service.kill();
  nginx.kill();
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
}
const medians = {
  direct: median(rounds.direct),
  nginx: median(rounds.nginx),
  hotpod: median(rounds.hotpod),
};
const ratio = (way: keyof typeof ways) => ({
  throughput: Number((medians[way].perSecond / medians.direct.perSecond).toFixed(2)),
  p99: Number((medians[way].p99Ms / medians.direct.p99Ms).toFixed(2)),
});
const date = new Date().toISOString().slice(0, 10);
const report = {
  date,
  command: "node -C source --import tsx bench/proxy-cost.ts",
  machine: { cores: cpus().length, node: process.version },
  connections: CONNECTIONS,
  medians,
  besideDirect: { nginx: ratio("nginx"), hotpod: ratio("hotpod") },
};
mkdirSync("bench/proxy", { recursive: true });
writeFileSync(`bench/proxy/${date}.json`, `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));
