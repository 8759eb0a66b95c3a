/** What services wait for: it accepts connections on HOST and PORT, says `listening`, and nothing else. */
export const DEPENDENCY = `import { createServer } from "node:net";
const { HOST, PORT } = process.env;
createServer((socket) => socket.end()).listen(Number(PORT), HOST, () => console.log("listening"));
`;

/** The usual loop of an init container: connects to HOST and PORT every POLL_MS, and ends when somebody accepts. */
export const WAIT_FOR_PORT = `import { connect } from "node:net";
const { HOST, PORT, POLL_MS } = process.env;
const poll = () => {
  const socket = connect(Number(PORT), HOST);
  socket.on("connect", () => process.exit(0));
  socket.on("error", () => {
    console.log("waiting");
    setTimeout(poll, Number(POLL_MS));
  });
};
poll();
`;

/**
 * A service that needs something at HOST and NEEDED: /ready answers 503 while nobody accepts there. It writes the file BEGAN when it begins,
 * and takes the socket it is given.
 */
export const NEEDY_SERVICE = `import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
const { BEGAN, HOST, NEEDED } = process.env;
createServer((request, response) => {
  if (request.url !== "/ready") return response.end("ok\\n");
  const socket = connect(Number(NEEDED), HOST);
  const answer = (status) => {
    socket.destroy();
    response.statusCode = status;
    response.end();
  };
  socket.on("connect", () => answer(200));
  socket.on("error", () => answer(503));
}).listen({ fd: 3 });
process.on("SIGTERM", () => process.exit(0));
writeFileSync(BEGAN, "");
`;
