// Opens so many connections to a port on several lanes, hosts in turn, and prints for each host how often each answer came, or
// what failed. Ends at a line on standard input. Argv: raw|http (says nothing, or asks first) PORT TOTAL LANES HOST…
import { connect } from "node:net";

const [mode, port, total, lanes, ...hosts] = process.argv.slice(2);
const counts = Object.fromEntries(hosts.map((host) => [host, {}]));
let begun = 0;

function once(host) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) }, () => {
      if (mode === "http") socket.write("GET / HTTP/1.0\r\n\r\n");
    });
    let text = "";
    let failure = null;
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", (error) => {
      failure = error.code;
    });
    socket.on("close", () => {
      const answer = failure ?? text.split("\r\n\r\n").at(-1).trim();
      counts[host][answer] = (counts[host][answer] ?? 0) + 1;
      resolve();
    });
  });
}

async function lane() {
  while (begun < Number(total)) await once(hosts[begun++ % hosts.length]);
}

process.stdin.once("data", () => process.exit(0));
console.log("connecting");
await Promise.all(Array.from({ length: Number(lanes) }, lane));
console.log(JSON.stringify(counts));
