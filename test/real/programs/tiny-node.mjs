// A service without any library: takes descriptor 3, answers its version, ends on SIGTERM.
import { createServer } from "node:http";

const version = "1";
const server = createServer((_, response) => response.end(`version ${version}\n`));
server.listen({ fd: 3 });
process.on("SIGTERM", () => server.close(() => process.exit(0)));
