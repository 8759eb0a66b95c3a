import { nodeService } from "./node-service.js";

/** Programs that must not come to serve, or not for long, or only where hotpod can help; each is the Node service with one fault. */
export const BAD_CANDIDATES = {
  exits: 'console.error("no database");\nprocess.exit(1);\n',
  "never-ready": `import { createServer } from "node:http";
createServer((_, response) => { response.statusCode = 503; response.end(); })
  .listen(process.env.LISTEN_FDS ? { fd: 3 } : { port: Number(process.env.PORT), host: process.env.HOST });
process.on("SIGTERM", () => process.exit(0));
`,
  "own-port": nodeService("v2").replace("LISTEN_FDS ? { fd: 3 } :", ""),
  "ignores-term": nodeService("slow").replace(
    /process\.on\("SIGTERM"[\s\S]*\}\);\n/,
    'process.on("SIGTERM", () => {});\n',
  ),
} as const;

export type BadCandidate = keyof typeof BAD_CANDIDATES;
