/**
 * A web service with everything that people put into init containers: it needs the folder PREPARED (it ends with code 1 where that is not there),
 * takes START_MS to warm up, and wants its dependency at HOST and DEPENDENCY. `/` answers the value that it was given (LIMIT_FILE), `/ready` 200
 * once it is warm and the dependency accepts connections, until then 503. It makes the file WARM when it is warm. It listens from the beginning
 * where it is given a socket (LISTEN_FDS); else it binds HOST and PORT once it is warm.
 */
export const WAITING_SERVICE = `import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
const { PREPARED, START_MS, HOST, PORT, DEPENDENCY, LIMIT_FILE, WARM, LISTEN_FDS } = process.env;
if (!existsSync(PREPARED)) {
  console.log("not prepared: " + PREPARED);
  process.exit(1);
}
const limit = /limit="(.*)"/.exec(readFileSync(LIMIT_FILE, "utf8"))[1];
let isWarm = false;
const reaches = () => new Promise((resolve) => {
  const socket = connect(Number(DEPENDENCY), HOST);
  socket.on("connect", () => { socket.destroy(); resolve(true); });
  socket.on("error", () => resolve(false));
});
const server = createServer(async (request, response) => {
  if (request.url === "/ready") response.statusCode = isWarm && (await reaches()) ? 200 : 503;
  response.end(limit + "\\n");
});
if (LISTEN_FDS) server.listen({ fd: 3 });
setTimeout(() => {
  isWarm = true;
  writeFileSync(WARM, "");
  if (!LISTEN_FDS) server.listen(Number(PORT), HOST);
}, Number(START_MS));
process.on("SIGTERM", () => process.exit(0));
`;

/** Tries every POLL_MS whether something accepts connections at HOST and DEPENDENCY, and ends when it does. */
export const WAIT_FOR_PORT = `import { connect } from "node:net";
const { HOST, DEPENDENCY, POLL_MS } = process.env;
const look = () => {
  const socket = connect(Number(DEPENDENCY), HOST);
  socket.on("connect", () => process.exit(0));
  socket.on("error", () => setTimeout(look, Number(POLL_MS)));
};
look();
`;

/** Accepts connections at HOST and DEPENDENCY, and says so. */
export const DEPENDENCY = `import { createServer } from "node:net";
const { HOST, DEPENDENCY } = process.env;
createServer((socket) => socket.end()).listen(Number(DEPENDENCY), HOST, () => console.log("open"));
`;
