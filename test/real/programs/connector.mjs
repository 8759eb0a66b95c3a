// Opens connections to a port one after the other on several lanes and counts what becomes of them. Each must be answered by
// one line. Ends at "stop" on standard input and prints the counts.
import { connect } from "node:net";

const port = Number(process.argv[2]);
const lanes = Number(process.argv[3]);
const hosts = process.argv.slice(4);
const counts = { answered: 0, failed: 0, errors: [] };
let stopping = false;
process.stdin.on("data", () => {
  stopping = true;
});

function once(host) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", (error) => counts.errors.push(error.code));
    socket.on("close", () => {
      if (text.endsWith("\n")) counts.answered++;
      else counts.failed++;
      resolve();
    });
  });
}

async function lane(number) {
  while (!stopping) await once(hosts[number % hosts.length]);
}

console.log("connecting");
await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
console.log(JSON.stringify(counts));
process.exit(0);
