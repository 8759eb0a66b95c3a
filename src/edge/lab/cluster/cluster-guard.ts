import { spawn } from "node:child_process";

/**
 * A process that outlives the lab by a moment: if the lab ends without a word, SIGKILL included, it runs kubectl with these
 * arguments. It reads a pipe that closes with the lab.
 */
export function startClusterGuard(argv: readonly string[]): {
  readonly release: () => void;
} {
  const guard = spawn(process.execPath, ["-e", GUARD, "--", ...argv], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
  return { release: () => guard.stdin.end("done") };
}

const GUARD = `
const { spawnSync } = require("node:child_process");
process.on("SIGINT", () => {}).on("SIGTERM", () => {}).on("SIGHUP", () => {});
let word = "";
process.stdin.on("data", (data) => { word += data; });
process.stdin.on("close", () => {
  if (word === "done") return;
  spawnSync("kubectl", process.argv.slice(1), { timeout: 60000 });
});
`;
