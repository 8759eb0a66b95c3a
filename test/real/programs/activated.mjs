// node:http on the first passed socket.
import { createServer } from "node:http";

if (process.env.LISTEN_PID !== String(process.pid)) throw new Error("LISTEN_PID is not ours");
createServer((_, response) => {
  response.end(`${process.env.HOTPOD_GENERATION} ${process.env.LISTEN_FDNAMES}`);
}).listen({ fd: 3 });
