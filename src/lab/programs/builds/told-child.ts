/** How TOLD_CHILD ends when it is asked to. */
export const CHILD_CODE = 7;

/**
 * A service for Node that appends to the file LOG what it is told: `up`, each signal, and `drained` before it ends with CHILD_CODE, DRAIN_MS after
 * the first one. `/crash` ends it with 1. `/orphans` starts fifty processes whose parents end at once, and answers when they have. It takes
 * the socket it is given, or binds HOST and PORT.
 */
export const TOLD_CHILD = `import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
const { DRAIN_MS = "0", HOST, LISTEN_FDS, LOG, PORT } = process.env;
const tell = (text) => appendFileSync(LOG, text + "\\n");
let ends = false;
for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"]) {
  process.on(name, () => {
    tell(name);
    if (ends) return;
    ends = true;
    setTimeout(() => {
      tell("drained");
      process.exit(${CHILD_CODE});
    }, Number(DRAIN_MS));
  });
}
const orphan = () =>
  new Promise((resolve) => {
    spawn("sh", ["-c", "sleep 0.2 &"], { stdio: "ignore" }).on("exit", resolve);
  });
const server = createServer(async ({ url }, response) => {
  if (url === "/crash") process.exit(1);
  if (url === "/orphans") await Promise.all(Array.from({ length: 50 }, orphan));
  response.end("up\\n");
});
server.listen(LISTEN_FDS ? { fd: 3 } : { port: Number(PORT), host: HOST }, () => tell("up"));
`;
