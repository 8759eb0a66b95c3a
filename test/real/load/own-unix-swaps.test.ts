import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildGo } from "#bench/transparent/build-go.js";
import { needsTool } from "#test/real/edge/needs-tool.js";
import { askVersion } from "./ask-version.js";
import { type SwapRun, swapUnderLoad } from "./swap-rig.js";

/** Clears the way, binds, opens it to everybody; removes nothing at its end. */
const NODE_SERVICE = `
const fs = require("node:fs");
const version = fs.readFileSync("version", "utf8").trim();
fs.rmSync("../app.sock", { force: true });
require("node:http").createServer((asked, answer) => answer.end(version))
  .listen({ path: "../app.sock", readableAll: true, writableAll: true });
`;

const GO_SERVICE = `package main

import (
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	text, _ := os.ReadFile("version")
	os.Remove("../app.sock")
	listener, err := net.Listen("unix", "../app.sock")
	if err != nil {
		panic(err)
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(strings.TrimSpace(string(text))))
	}))
	<-ended
	listener.Close()
}
`;

const ASGI_SERVICE = `
version = open("version", "rb").read().strip()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    length = [b"content-length", str(len(version)).encode()]
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": version})
`;

const nginxConf = (version: number): string => `
daemon off;
pid tmp/nginx.${version}.pid;
worker_processes 2;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  server { listen unix:../app.sock; location / { return 200 "v${version}\\n"; } }
}
`;

const services: Readonly<Record<string, Pick<SwapRun, "prepare" | "deploy">>> = {
  Node: {
    prepare: (folder) => {
      writeFileSync(join(folder, "server.cjs"), NODE_SERVICE);
      return [process.execPath, "server.cjs"];
    },
  },
  Go: { prepare: (folder) => [buildGo(folder, "server", GO_SERVICE)] },
  uvicorn: {
    prepare: (folder) => {
      writeFileSync(join(folder, "app.py"), ASGI_SERVICE);
      const quiet = ["--log-level", "warning", "--no-access-log"];
      return ["uvicorn", "app:app", "--uds", "../app.sock", ...quiet];
    },
  },
  nginx: {
    prepare: (folder) => ["nginx", "-e", "stderr", "-p", folder, "-c", "nginx.conf"],
    deploy: (folder, version) => {
      mkdirSync(join(folder, "tmp"), { recursive: true });
      writeFileSync(join(folder, "nginx.conf"), nginxConf(version));
    },
  },
};
const tools: Readonly<Record<string, readonly string[]>> = {
  uvicorn: ["uvicorn", "--version"],
  nginx: ["nginx", "-v"],
};

for (const [name, service] of Object.entries(services)) {
  test(`a ${name} service that binds a Unix socket by itself is swapped 20 times: no new connection fails`, {
    timeout: 120_000,
  }, async (context: TestContext) => {
    const [tool, flag] = tools[name] ?? [];
    if (tool !== undefined && flag !== undefined && !needsTool(context, tool, flag)) return;
    const path = { here: "" };
    await swapUnderLoad(context, {
      ...{ handover: "transparent", swaps: 20, clients: 8, kept: false },
      ...service,
      flags: (folder) => {
        path.here = join(folder, "..", "app.sock");
        return ["--listen", `unix=unix:${path.here}`];
      },
      ask: (_port, _agent, count) =>
        askVersion({ socketPath: path.here, path: `/${count}`, agent: false }),
    });
  });
}
