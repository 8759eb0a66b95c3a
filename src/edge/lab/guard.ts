import { spawn } from "node:child_process";
import { LAB_VARIABLE } from "./marked-processes.js";

/**
 * A process that outlives the lab by a moment: when the lab ends in whatever way, SIGKILL included, it kills everything that carries the
 * lab's mark and removes the lab's folders. It reads a pipe that closes with the lab.
 */
export function startGuard(
  mark: string,
  folders: readonly string[],
): { readonly release: () => void } {
  const guard = spawn(process.execPath, ["-e", GUARD, `${LAB_VARIABLE}=${mark}`, ...folders], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
  return {
    // A word means that all is done.
    release: () => guard.stdin.end("done"),
  };
}

const GUARD = `
const fs = require("node:fs");
const [mark, ...folders] = process.argv.slice(1);
process.on("SIGINT", () => {}).on("SIGTERM", () => {}).on("SIGHUP", () => {});
let word = "";
process.stdin.on("data", (data) => { word += data; });
process.stdin.on("close", () => {
  if (word === "done") return;
  for (let round = 0; round < 5; round += 1) {
    for (const pid of fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name))) {
      try {
        const environment = fs.readFileSync("/proc/" + pid + "/environ", "latin1").split("\\0");
        if (environment.some((one) => one.startsWith(mark + "/"))) process.kill(Number(pid), "SIGKILL");
      } catch {}
    }
  }
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
`;
