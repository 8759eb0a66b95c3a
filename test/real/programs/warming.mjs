// Listens at once, answers 500 until it is warm, and knows nothing of hotpod. Its version is in the file beside it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "node:net";

const version = readFileSync("version", "utf8").trim();
let warm = false;
let leaving = false;
setTimeout(() => {
  warm = true;
}, 700);
const server = createServer((_, response) => {
  if (leaving) response.shouldKeepAlive = false;
  response.writeHead(warm ? 200 : 500).end(`{"version":"${version}","end":true}`);
});
server.listen({ fd: 3 });
process.on("SIGTERM", () => {
  leaving = true;
  // The close of net, not of http: that one ends idle connections at once, requests on the way lost.
  Server.prototype.close.call(server, () => process.exit(0));
});
