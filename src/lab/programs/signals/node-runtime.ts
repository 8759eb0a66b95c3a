/** The Go service's like for Node: SIGTERM, SIGINT and SIGQUIT end it by server.close(), if HANDLE is set. */
export const NODE_RUNTIME = `import { createServer } from "node:http";
const { HANDLE, HOST, PORT, SLOW_MS } = process.env;
const server = createServer((request, response) => {
  if (request.url !== "/slow") return response.end("ok\\n");
  console.log("asked");
  setTimeout(() => response.end("ok\\n"), Number(SLOW_MS));
});
if (HANDLE) {
  for (const name of ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"]) {
    process.on(name, () => {
      console.log("told " + name);
      if (["SIGTERM", "SIGINT", "SIGQUIT"].includes(name)) server.close(() => process.exit(0));
    });
  }
}
server.listen(Number(PORT), HOST, () => console.log("up"));
`;
