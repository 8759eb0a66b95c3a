/**
 * A small web service for Node, as people write them: `/` answers its version, `/pid` its pid, `/healthz` 200. It takes the socket that it is given
 * (LISTEN_FDS) or binds HOST and PORT itself, START_MS after its start. From SIGUSR2 on it accepts connections and answers nothing, like a
 * service in a deadlock. SIGTERM ends it when its requests are answered.
 */
export function nodeService(version: string): string {
  return `import { createServer } from "node:http";
const version = ${JSON.stringify(version)};
let hangs = false;
const server = createServer((request, response) => {
  if (hangs) return;
  const told = { "/healthz": "ok", "/pid": process.pid }[request.url] ?? version;
  response.end(told + "\\n");
});
const { LISTEN_FDS, PORT, HOST, START_MS = "0" } = process.env;
setTimeout(() => {
  server.listen(LISTEN_FDS ? { fd: 3 } : { port: Number(PORT), host: HOST }, () => {
    console.log("started version " + version);
  });
}, Number(START_MS));
process.on("SIGUSR2", () => { hangs = true; });
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
}
