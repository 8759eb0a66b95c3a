// A service for the tests of the Node SDK: service.mjs listen ADDRESS… | serve ADDRESS | hooks ADDRESS | config FILE.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { config, generation, listen, serve } from "../../../sdk/node/index.js";

const [role, ...wanted] = process.argv.slice(2);
const roles = { listen: tellPlaces, serve: run, hooks: runWithHooks, config: readOnce, misuse };
await roles[role]();

/** Prints what each address gives, then what a program started from here inherits. */
async function tellPlaces() {
  for (const address of wanted) {
    try {
      const place = listen(address);
      const server = createServer().listen(place);
      await once(server, "listening");
      console.log(JSON.stringify({ fd: place.fd, at: server.address() }));
      server.close();
    } catch (error) {
      console.log(error.message);
    }
  }
  const script =
    "env | grep -E '^(LISTEN_|HOTPOD_[MC])'; (: <&3) 2>/dev/null && echo fd 3 is open; true";
  console.log(`child "${execFileSync("sh", ["-c", script])}"`);
}

function createService(options) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url === "/head") response.writeHead(200, { "Content-Length": 4 }).flushHeaders();
    if (request.url !== "/") console.log(`entered ${request.url}`);
    if (request.url === "/hang") return;
    const waits = ["/slow", "/head"].includes(request.url);
    if (waits && !service.draining) await once(service.signal, "abort");
    response.end(request.url === "/head" ? "head" : `${request.url} ${body} by ${generation()}`);
  });
  server.on("upgrade", (_, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\n");
    service.signal.addEventListener("abort", () => socket.end("bye"));
  });
  server.on("listening", () => console.log(`serving ${server.address().port}`));
  const service = serve(server, { listen: wanted[0], ...options });
  return service;
}

function run() {
  createService({});
}

/** As with an Express application in place of its server. */
function misuse() {
  serve(() => {});
}

/** A second server, a hook that is let go by a signal, and an end of its own. */
async function runWithHooks() {
  const admin = serve(createServer(), { listen: "127.0.0.1:0", exit: false });
  const released = once(process, "SIGUSR2");
  const service = createService({
    exit: false,
    onDrain: async (signal) => {
      console.log(`hook ${signal.aborted}`);
      await released;
      console.log("hook done");
    },
  });
  process.on("SIGUSR2", () => {});
  const ends = await Promise.all([service.ended, admin.ended]);
  console.log(JSON.stringify(ends));
}

/** Ends by itself: a configuration keeps no process alive. */
function readOnce() {
  console.log(config(wanted[0]).value.round);
}
