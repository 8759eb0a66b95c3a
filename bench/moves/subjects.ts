import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { treeOf } from "#bench/process-tree.js";
import { buildProgram } from "#bench/programs/build-program.js";
import { startSelfUpgrading } from "#bench/programs/self-upgrading.js";
import { findProgram } from "#bench/programs.js";
import { startChild } from "#edge/observe/child.js";
import type { Cleanups } from "#edge/observe/cleanups.js";
import { freePorts } from "#edge/observe/free-port.js";
import { startSupervisor } from "#edge/observe/supervisor.js";

/** Something that replaces what serves, as often as it is asked. */
export interface Subject {
  readonly name: string;
  readonly how: string;
  start(cleanups: Cleanups): Promise<Swapping>;
}

export interface Swapping {
  readonly port: number;
  /** Over when the next one serves. */
  swap(): Promise<void>;
  /** Over when nothing is left of what was replaced. Known of hotpod's only. */
  drained?(): Promise<void>;
}

const PATIENCE_MS = 60_000;
/** As many as a swap a second and a drain of 5 s make, and a few more. */
const UNDER_HOTPOD = ["--linger", "100ms", "--drain-timeout", "5s", "--max-draining", "10"];

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  hotpod: underHotpod("hotpod", "move", "Go SDK; connections move"),
  "lame-duck": underHotpod("lame duck", "lame-duck", "Go SDK, connections stay: a drain of 5 s"),
  shutdown: underHotpod(
    "Shutdown",
    "shutdown",
    "socket inherited from hotpod, http.Server.Shutdown at SIGTERM",
  ),
  tableflip: {
    name: "tableflip",
    how: "as its README shows it",
    start: async (cleanups) => {
      const { port, upgrade } = await startSelfUpgrading("tableflip", cleanups);
      return { port, swap: upgrade };
    },
  },
  nginx: {
    name: "nginx",
    how: "as a proxy before one service that stays: reload by HUP, worker_shutdown_timeout 5 s",
    start: startNginx,
  },
};

function underHotpod(name: string, end: string, how: string): Subject {
  return {
    name,
    how,
    start: async (cleanups) => {
      const folder = folderOf(cleanups);
      const program = await buildProgram("kept", folder);
      const [cwd, ownFolder] = [join(folder, "service"), join(folder, "own")];
      for (const each of [cwd, ownFolder]) mkdirSync(each);
      writeFileSync(join(cwd, "watched"), "");
      const [port = 0, probesPort = 0] = await freePorts(2);
      const args = ["--handover", "inherit", "--watch", "watched", "--recipe", "none"];
      const supervisor = await startSupervisor({
        ...{ cwd, ownFolder, port, probesPort },
        args: [...args, ...UNDER_HOTPOD, "--", program, end],
      });
      cleanups.add(() => supervisor.stop());
      const { events } = supervisor;
      await events.until("start", ({ kind }) => kind === "promoted", 0, PATIENCE_MS);
      return {
        port,
        swap: async () => {
          const from = events.items.length;
          supervisor.signal("SIGUSR2");
          await events.until("a swap", ({ kind }) => kind === "promoted", from, PATIENCE_MS);
        },
        drained: async () => {
          const count = (kind: string): number =>
            events.items.filter((event) => event.kind === kind).length;
          await until("drains end", () => count("drain-ended") === count("promoted") - 1);
        },
      };
    },
  };
}

/** Its workers are what ends connections: the service behind it is never replaced. */
async function startNginx(cleanups: Cleanups): Promise<Swapping> {
  const nginx = findProgram({ kind: "system", file: "nginx", package: "nginx" });
  if (nginx.kind === "missing") throw new Error(nginx.why);
  const folder = folderOf(cleanups);
  const { port: upstream } = await startSelfUpgrading("tableflip", cleanups);
  const [port = 0] = await freePorts(1);
  writeFileSync(join(folder, "nginx.conf"), nginxConfiguration(port, upstream));
  const master = await startChild([nginx.path, "-e", "stderr", "-p", folder, "-c", "nginx.conf"], {
    cwd: folder,
    env: process.env,
    onLine: (line) => console.error(line),
  });
  cleanups.add(() => master.stop(PATIENCE_MS));
  const workers = (): readonly number[] => treeOf(master.pid).slice(1);
  await until("nginx serves", () => workers().length > 0);
  return {
    port,
    swap: async () => {
      const old = workers();
      master.signal("SIGHUP");
      await until("a new worker", () => workers().some((pid) => !old.includes(pid)));
    },
  };
}

const nginxConfiguration = (port: number, upstream: number): string =>
  `daemon off; pid nginx.pid; worker_processes 1; worker_shutdown_timeout 5s; events { worker_connections 4096; }
http { access_log off; client_body_buffer_size 1m; client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  upstream service { server 127.0.0.1:${upstream}; keepalive 64; }
  server { listen 127.0.0.1:${port} backlog=4096; keepalive_requests 1000000000; keepalive_timeout 1h; keepalive_time 10h;
    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`;

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function folderOf(cleanups: Cleanups): string {
  const folder = mkdtempSync(join(tmpdir(), "hotpod-bench-moves-"));
  cleanups.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
