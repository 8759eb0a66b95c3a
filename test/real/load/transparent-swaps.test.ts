import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { Agent } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { freePorts } from "#edge/observe/free-port.js";
import { needsTool } from "#test/real/edge/needs-tool.js";
import { askVersion } from "./ask-version.js";
import { askEcho } from "./mixed-load.js";
import { goService, goServiceOfTwo, nodeService, pythonService } from "./services.js";
import { type SwapRun, swapUnderLoad } from "./swap-rig.js";

const NEW = { handover: "transparent", clients: 8, kept: false } as const;

const own: Readonly<Record<string, SwapRun["prepare"]>> = {
  Go: goService,
  Node: nodeService,
  Python: pythonService,
};
for (const [language, prepare] of Object.entries(own)) {
  test(
    `a ${language} service that binds its own port is swapped 20 times: no new connection fails`,
    {
      timeout: 120_000,
    },
    (context) => swapUnderLoad(context, { ...NEW, swaps: 20, prepare }),
  );
}

for (const [language, prepare] of Object.entries(own)) {
  test(
    `nobody says how a ${language} service is handed over: it is found out at the first start, and 20 swaps lose nothing`,
    {
      timeout: 120_000,
    },
    (context) => swapUnderLoad(context, { ...NEW, handover: "auto", swaps: 20, prepare }),
  );
}

// Breaks when a swap moves the first socket alone, or one family of a socket that has both.
for (const handover of ["transparent", "auto"] as const) {
  test(`two listeners, one of both families, loaded in three ways: 10 swaps lose nothing (${handover})`, {
    timeout: 120_000,
  }, async (context) => {
    const [second = 0] = await freePorts(1, "::1");
    await swapUnderLoad(context, {
      ...{ ...NEW, handover, clients: 4, swaps: 10 },
      prepare: (folder) => goServiceOfTwo(folder, second),
      further: {
        "PORT over IPv6": (port, agent, count) => askEcho(port, agent, count, "::1"),
        "the second one": (_port, agent, count) => askEcho(second, agent, count, "::1"),
      },
    });
  });
}

test(
  "nginx, which binds as master and accepts in workers, is swapped without a lost connection",
  {
    timeout: 120_000,
  },
  (context) =>
    whereThereIs(needsTool(context, "nginx", "-v"), () =>
      swapUnderLoad(context, {
        ...NEW,
        swaps: 20,
        ask: askPlain,
        prepare: (folder) => ["nginx", "-e", "stderr", "-p", folder, "-c", "nginx.conf"],
        deploy: (folder, version, port) => {
          mkdirSync(join(folder, "tmp"), { recursive: true });
          writeFileSync(join(folder, "nginx.conf"), nginxConf(version, port));
        },
      }),
    ),
);

test("redis-server is swapped without a lost connection", { timeout: 120_000 }, (context) =>
  whereThereIs(needsTool(context, "redis-server", "--version"), () =>
    swapUnderLoad(context, {
      ...NEW,
      swaps: 10,
      ask: askRedis,
      prepare: (_folder, port) => [
        "redis-server",
        "--port",
        `${port}`,
        "--save",
        "",
        "--daemonize",
        "no",
      ],
    }),
  ),
);

for (const [what, more] of [
  ["uvicorn, as people start it,", []],
  ["uvicorn with two workers, which share what their parent binds,", ["--workers", "2"]],
] as const) {
  test(`${what} is swapped without a lost connection`, { timeout: 120_000 }, (context) =>
    whereThereIs(needsTool(context, "uvicorn", "--version"), () =>
      swapUnderLoad(context, {
        ...{ ...NEW, handover: "auto", swaps: 10, ask: askPlain },
        prepare: (folder, port) => {
          writeFileSync(join(folder, "app.py"), ASGI_SERVICE);
          const quiet = ["--log-level", "warning", "--no-access-log"];
          return ["uvicorn", "app:app", "--port", `${port}`, ...quiet, ...more];
        },
      }),
    ),
  );
}

test("a Java service is swapped without a lost connection", { timeout: 120_000 }, (context) =>
  whereThereIs(hasJava(context), () =>
    swapUnderLoad(context, {
      ...NEW,
      swaps: 5,
      ask: askPlain,
      prepare: (folder) => {
        writeFileSync(join(folder, "Server.java"), JAVA_SERVICE);
        const classes = join(folder, "..");
        const built = spawnSync("javac", ["-d", classes, "Server.java"], {
          cwd: folder,
          encoding: "utf8",
        });
        assert.equal(built.status, 0, built.stderr);
        return ["java", "-cp", classes, "Server"];
      },
    }),
  ),
);

const whereThereIs = async (there: boolean, run: () => Promise<void>): Promise<void> =>
  there ? run() : undefined;

/** No JDK is installed for the tests; where there is one it is tried. */
function hasJava(context: TestContext): boolean {
  if (spawnSync("javac", ["-version"]).error === undefined) return true;
  context.skip("javac is not installed");
  return false;
}

/** The answer is the version. */
function askPlain(port: number, agent: Agent, count: number): Promise<string> {
  return askVersion({ host: "127.0.0.1", port, path: `/${count}`, agent });
}

/** Each server has a run_id of its own. */
function askRedis(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.write("INFO server\r\n");
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
    socket.on("data", (bytes) => {
      text += String(bytes);
      const id = /run_id:(\w+)/.exec(text)?.[1];
      if (id === undefined) return;
      socket.destroy();
      resolve(id);
    });
  });
}

const nginxConf = (version: number, port: number): string => `
daemon off;
pid tmp/nginx.${version}.pid;
worker_processes 2;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  server { listen ${port}; location / { return 200 "v${version}\\n"; } }
}
`;

const ASGI_SERVICE = `
version = open("version", "rb").read()
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    length = [b"content-length", str(len(version)).encode()]
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": version})
`;

const JAVA_SERVICE = `
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.*;
public class Server {
  public static void main(String[] arguments) throws Exception {
    byte[] version = Files.readAllBytes(Path.of("version"));
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, version.length);
      exchange.getResponseBody().write(version);
      exchange.close();
    });
    server.setExecutor(java.util.concurrent.Executors.newFixedThreadPool(4));
    server.start();
  }
}
`;
