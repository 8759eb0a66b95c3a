/**
 * A service that follows the advice to answer 503 while it cannot build: its "source" is the file SOURCE, which holds its version, or
 * anything that begins with `broken`, which does not build. It answers the version of the last build, and 503 after one that failed.
 */
export const RELOADING_SERVICE = `import { readFileSync, watch } from "node:fs";
import { createServer } from "node:http";
import { basename, dirname } from "node:path";
const { SOURCE, HOST, PORT } = process.env;
let built = null;
const build = () => {
  const text = readFileSync(SOURCE, "utf8").trim();
  built = text.startsWith("broken") ? null : text;
};
build();
watch(dirname(SOURCE), (_, name) => { if (name === basename(SOURCE)) build(); });
createServer((_, response) => {
  response.statusCode = built === null ? 503 : 200;
  response.end((built ?? "reloading") + "\\n");
}).listen(Number(PORT), HOST);
process.on("SIGTERM", () => process.exit(0));
`;
