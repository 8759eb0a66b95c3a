import { createServer } from "node:http";
import { Server } from "node:net";

const DRAIN_MS_STANDARD = 25_000;

/**
 * Serves on the socket hotpod (or systemd) passes, else on a port of its own. On SIGTERM it accepts no
 * more, answers whatever still arrives on the connections it has, each answer with "Connection: close",
 * and ends when they have. Idle ones are waited for until nine tenths of the drain time are over.
 */
export function serve(handler, port) {
  const underWay = new Set();
  let draining = false;
  let idleTimeOver = false;
  const endIfQuiet = () => {
    if (idleTimeOver && underWay.size === 0) process.exit(0);
  };
  const server = createServer((request, response) => {
    if (draining) response.shouldKeepAlive = false;
    underWay.add(response);
    response.on("close", () => {
      underWay.delete(response);
      endIfQuiet();
    });
    handler(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  // Longer than clients keep a connection, so that it is the client who ends it: a server that closes an
  // idle connection may close it on a request under way.
  server.keepAliveTimeout = 120_000;
  server.listen(passedSocket() ?? { port });

  process.on("SIGTERM", () => {
    if (draining) return;
    draining = true;
    for (const response of underWay) response.shouldKeepAlive = false;
    // The close of net, not of http: that one ends idle connections at once, requests on the way lost.
    Server.prototype.close.call(server, () => process.exit(0));
    setTimeout(() => {
      idleTimeOver = true;
      endIfQuiet();
    }, drainMs() * 0.9).unref();
  });
  return { server, isDraining: () => draining };
}

function passedSocket() {
  const { LISTEN_PID: pid, LISTEN_FDS: count } = process.env;
  const passed = pid === String(process.pid) && Number(count) > 0;
  // What this process starts must not take them for its own.
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete process.env[name];
  return passed ? { fd: 3 } : null;
}

function drainMs() {
  const match = /^([\d.]+)(ms|s|m)$/.exec(process.env.HOTPOD_DRAIN ?? "");
  if (match === null) return DRAIN_MS_STANDARD;
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2]];
}
