/**
 * A service for Node that says `PID told SIGUSR1` of every signal, and ends by server.close() at SIGTERM. `/slow` takes SLOW_MS;
 * `/kill/SIGKILL` sends that signal to PID 1 of its namespace and answers what kill(2) said. It takes the socket it is given.
 */
export function toldService(version: string): string {
  return `import { createServer } from "node:http";
const version = ${JSON.stringify(version)};
const kill = (name) => {
  try {
    process.kill(1, name);
    return "0";
  } catch (error) {
    return error.code;
  }
};
const server = createServer((request, response) => {
  const [, what, name] = request.url.split("/");
  if (what === "kill") return response.end(kill(name) + "\\n");
  if (what !== "slow") return response.end(version + "\\n");
  console.log("asked");
  setTimeout(() => response.end(version + "\\n"), Number(process.env.SLOW_MS));
});
for (const name of ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"]) {
  process.on(name, () => {
    console.log(process.pid + " told " + name);
    if (name === "SIGTERM") server.close(() => process.exit(0));
  });
}
const { LISTEN_FDS, HOST, PORT } = process.env;
server.listen(LISTEN_FDS ? { fd: 3 } : { port: Number(PORT), host: HOST });
`;
}
