/**
 * A small web service that is told one value in several ways and answers what it knows now: `/env` of the variable LIMIT, `/file` of the file LIMIT_FILE, read at
 * each request, `/at-start` of the same file, read once, `/sub-path` of the file SUB_PATH_FILE, `/annotations` of the file ANNOTATIONS_FILE. It
 * takes the socket that it is given (LISTEN_FDS) or binds HOST and PORT.
 */
export const VALUE_SERVICE = `import { readFileSync } from "node:fs";
import { createServer } from "node:http";
const { LIMIT, LIMIT_FILE, SUB_PATH_FILE, ANNOTATIONS_FILE, LISTEN_FDS, PORT, HOST } = process.env;
const read = (path) => readFileSync(path, "utf8").trim();
const atStart = read(LIMIT_FILE);
const ways = {
  "/env": () => LIMIT,
  "/file": () => read(LIMIT_FILE),
  "/at-start": () => atStart,
  "/sub-path": () => read(SUB_PATH_FILE),
  "/annotations": () => /limit="(.*)"/.exec(read(ANNOTATIONS_FILE))[1],
};
const server = createServer((request, response) => {
  response.end((ways[request.url] ?? ways["/at-start"])() + "\\n");
});
server.listen(LISTEN_FDS ? { fd: 3 } : { port: Number(PORT), host: HOST });
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
