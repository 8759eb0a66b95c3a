// Tries to listen on a port and prints why it cannot.
import { openListeners } from "#edge/listeners/open-listeners.js";
import { tcp } from "#test/real/edge/supervisor-rig.js";

const listen = [tcp(Number(process.argv[2]))];
const opened = openListeners({ listen, emit: () => {}, warn: () => {} });
console.log("tried");
console.log(JSON.stringify(opened.ok ? { kind: "opened" } : opened.error));
process.exit(0);
