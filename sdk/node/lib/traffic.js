import { Server as TlsServer } from "node:tls";

/** Events that bring a request with a response. Listening to the last two would change what Node answers by itself. */
const REQUESTS = ["request", "checkContinue", "checkExpectation"];

/** @typedef {import("node:net").Socket} Socket */
/** @typedef {import("node:http").ServerResponse} Response */

/**
 * Knows which connections of a server are open, and which have a request.
 * @param {import("node:http").Server} server
 * @param {() => void} changed
 */
export function watchTraffic(server, changed) {
  /**
   * What each open connection is at: answers that are not sent yet, and how much had been read when it came.
   * @type {Map<Socket, { answers: number, readBefore: number }>}
   */
  const connections = new Map();
  /** @type {Set<Response>} */
  const responses = new Set();
  let leaving = false;

  /** @param {Socket} socket */
  const track = (socket) => {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection = { answers: 0, readBefore: socket.bytesRead };
    connections.set(socket, connection);
    socket.once("close", () => {
      connections.delete(socket);
      changed();
    });
    return connection;
  };

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {Response} response
   */
  const begin = (request, response) => {
    const connection = track(request.socket);
    connection.answers += 1;
    responses.add(response);
    if (leaving) response.shouldKeepAlive = false;
    response.once("close", () => {
      connection.answers -= 1;
      responses.delete(response);
      changed();
    });
  };

  // The plain connections below TLS are none of HTTP's.
  server.on(server instanceof TlsServer ? "secureConnection" : "connection", track);
  for (const event of REQUESTS) {
    if (event === "request" || server.listenerCount(event) > 0)
      server.prependListener(event, begin);
  }

  return {
    /** Every answer from here on is its connection's last. */
    leave: () => {
      leaving = true;
      for (const response of responses) response.shouldKeepAlive = false;
    },
    /** Ends the connections that wait for a request. The others have one under way or half-read, or are upgraded: says how many. */
    endIdle: () => {
      const waiting = waitingOf(server, [...connections.keys()]);
      let busy = 0;
      for (const [socket, { answers, readBefore }] of connections) {
        const unused = socket.bytesRead === readBefore;
        if (answers === 0 && (unused || waiting.has(socket))) socket.destroy();
        else busy += 1;
      }
      return busy;
    },
    endAll: () => {
      for (const socket of connections.keys()) socket.destroy();
      server.closeAllConnections();
    },
  };
}

/**
 * The connections that wait for their next request. Node's parser knows it to the byte, and tells it only by what it would close:
 * bytes read do not tell, for the beginning of a request may come in the segment that ends the one before. Node would also close
 * those whose last answer is not wholly sent yet.
 * @param {import("node:http").Server} server
 * @param {readonly Socket[]} sockets
 */
function waitingOf(server, sockets) {
  /** @type {Set<Socket>} */
  const waiting = new Set();
  const own = sockets.map((socket) => Object.getOwnPropertyDescriptor(socket, "destroy"));
  for (const socket of sockets) {
    socket.destroy = () => {
      waiting.add(socket);
      return socket;
    };
  }
  server.closeIdleConnections();
  sockets.forEach((socket, i) => {
    const before = own[i];
    if (before === undefined) Reflect.deleteProperty(socket, "destroy");
    else Object.defineProperty(socket, "destroy", before);
  });
  return waiting;
}
