// Supervises one `sleep`, says its pid and that of the shim which waits for the next one, and goes on until it is killed.
import { readFileSync } from "node:fs";
import { processTable } from "#edge/processes/process-tree.js";
import { openRig, until } from "#test/real/edge/supervisor-rig.js";

const rig = await openRig();
rig.start(1, ["sleep", "641"]);
const { pid } = await rig.seen("generation-spawned", 1);
rig.processes.prewarm();
const shims = () =>
  processTable().filter(({ pid: each, parent }) => {
    if (parent !== process.pid || each === pid) return false;
    return readFileSync(`/proc/${each}/cmdline`, "latin1").includes("shim.cjs");
  });
await until(() => shims().length === 1, "a shim waits");
console.log("supervising");
console.log(`${pid} ${shims()[0]?.pid} ${rig.folder}`);
