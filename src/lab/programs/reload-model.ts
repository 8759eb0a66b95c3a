/**
 * A model of the reload tool air, with real processes and air's phases: it watches one file; after a save it waits for quiet (DELAY_MS),
 * kills the service's process group, builds (BUILD_MS of sleep), and starts the service again. "Stop first" is air's order before 1.65.2
 * and that of every script which builds and starts in one line. It is a model: where air itself is not under test, reports say so.
 */
export const RELOAD_MODEL = `import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { dirname, basename } from "node:path";
const { WATCH, DELAY_MS = "0", BUILD_MS = "0", STOP = "SIGKILL" } = process.env;
let app = null;
const start = () => {
  app = spawn(process.argv[2], process.argv.slice(3), { stdio: "inherit", detached: true });
  app.on("exit", () => { app = null; });
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const stop = () => new Promise((resolve) => {
  if (app === null) return resolve();
  app.once("exit", resolve);
  process.kill(-app.pid, STOP);
});
let asked = 0;
let busy = false;
const reload = async () => {
  if (busy) return;
  busy = true;
  for (let seen = -1; seen !== asked; ) {
    do { seen = asked; await pause(Number(DELAY_MS)); } while (seen !== asked);
    console.log("stopping");
    await stop();
    await pause(Number(BUILD_MS));
    start();
    console.log("reloaded");
  }
  busy = false;
};
watch(dirname(WATCH), (_, name) => {
  if (name !== basename(WATCH)) return;
  asked += 1;
  void reload();
});
process.on("SIGTERM", async () => { await stop(); process.exit(0); });
start();
console.log("watching");
`;
